// FluidSynth where it is loaded when the first sound is played: each of its functions that synth.cpp calls, handed on to
// the system's library. A program built so starts without FluidSynth and all that it needs.
#include <dlfcn.h>
#include <fluidsynth.h>

#include <string>

#include "story2midi/base/error.h"

namespace {

constexpr const char* kLibrary = "libfluidsynth.so.3";

void* library() {
  static void* const handle = [] {
    void* const opened = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr)
      throw s2m::Error(s2m::ErrorKind::kNotFound, "sound", "FluidSynth is not installed",
                       std::string(kLibrary) + " of the package libfluidsynth3", ::dlerror());
    return opened;
  }();
  return handle;
}

template <class Function>
Function* find(const char* name) {
  void* const symbol = ::dlsym(library(), name);
  if (symbol == nullptr)
    throw s2m::Error(s2m::ErrorKind::kUnsupported, "sound", "this FluidSynth lacks a function", name);
  return reinterpret_cast<Function*>(symbol);
}

}  // namespace

// NOLINTBEGIN(readability-function-size): the parameters are FluidSynth's.
extern "C" {

fluid_log_function_t fluid_set_log_function(int level, fluid_log_function_t function, void* data) {
  static auto* const call = find<decltype(fluid_set_log_function)>("fluid_set_log_function");
  return call(level, function, data);
}

fluid_settings_t* new_fluid_settings() {
  static auto* const call = find<decltype(new_fluid_settings)>("new_fluid_settings");
  return call();
}

void delete_fluid_settings(fluid_settings_t* settings) {
  static auto* const call = find<decltype(delete_fluid_settings)>("delete_fluid_settings");
  call(settings);
}

int fluid_settings_setint(fluid_settings_t* settings, const char* name, int value) {
  static auto* const call = find<decltype(fluid_settings_setint)>("fluid_settings_setint");
  return call(settings, name, value);
}

int fluid_settings_setnum(fluid_settings_t* settings, const char* name, double value) {
  static auto* const call = find<decltype(fluid_settings_setnum)>("fluid_settings_setnum");
  return call(settings, name, value);
}

fluid_synth_t* new_fluid_synth(fluid_settings_t* settings) {
  static auto* const call = find<decltype(new_fluid_synth)>("new_fluid_synth");
  return call(settings);
}

void delete_fluid_synth(fluid_synth_t* synth) {
  static auto* const call = find<decltype(delete_fluid_synth)>("delete_fluid_synth");
  call(synth);
}

int fluid_synth_sfload(fluid_synth_t* synth, const char* file, int reset) {
  static auto* const call = find<decltype(fluid_synth_sfload)>("fluid_synth_sfload");
  return call(synth, file, reset);
}

int fluid_synth_set_channel_type(fluid_synth_t* synth, int channel, int type) {
  static auto* const call = find<decltype(fluid_synth_set_channel_type)>("fluid_synth_set_channel_type");
  return call(synth, channel, type);
}

int fluid_synth_program_change(fluid_synth_t* synth, int channel, int program) {
  static auto* const call = find<decltype(fluid_synth_program_change)>("fluid_synth_program_change");
  return call(synth, channel, program);
}

int fluid_synth_noteon(fluid_synth_t* synth, int channel, int key, int velocity) {
  static auto* const call = find<decltype(fluid_synth_noteon)>("fluid_synth_noteon");
  return call(synth, channel, key, velocity);
}

int fluid_synth_noteoff(fluid_synth_t* synth, int channel, int key) {
  static auto* const call = find<decltype(fluid_synth_noteoff)>("fluid_synth_noteoff");
  return call(synth, channel, key);
}

int fluid_synth_cc(fluid_synth_t* synth, int channel, int controller, int value) {
  static auto* const call = find<decltype(fluid_synth_cc)>("fluid_synth_cc");
  return call(synth, channel, controller, value);
}

int fluid_synth_key_pressure(fluid_synth_t* synth, int channel, int key, int value) {
  static auto* const call = find<decltype(fluid_synth_key_pressure)>("fluid_synth_key_pressure");
  return call(synth, channel, key, value);
}

int fluid_synth_channel_pressure(fluid_synth_t* synth, int channel, int value) {
  static auto* const call = find<decltype(fluid_synth_channel_pressure)>("fluid_synth_channel_pressure");
  return call(synth, channel, value);
}

int fluid_synth_pitch_bend(fluid_synth_t* synth, int channel, int value) {
  static auto* const call = find<decltype(fluid_synth_pitch_bend)>("fluid_synth_pitch_bend");
  return call(synth, channel, value);
}

int fluid_synth_write_float(fluid_synth_t* synth, int frames, void* left, int left_offset, int left_step,
                            void* right, int right_offset, int right_step) {
  static auto* const call = find<decltype(fluid_synth_write_float)>("fluid_synth_write_float");
  return call(synth, frames, left, left_offset, left_step, right, right_offset, right_step);
}

int fluid_synth_process(fluid_synth_t* synth, int frames, int effect_count, float* effects[],
                        int output_count, float* outputs[]) {
  static auto* const call = find<decltype(fluid_synth_process)>("fluid_synth_process");
  return call(synth, frames, effect_count, effects, output_count, outputs);
}

}  // extern "C"
// NOLINTEND(readability-function-size)
