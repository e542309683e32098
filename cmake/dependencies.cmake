# Foreign libraries of the product. Each is named here once; the package files that are installed follow from it.
find_package(PkgConfig REQUIRED)

# s2m_needs_package(NAME PKG_CONFIG_NAME DEBIAN_PACKAGE): a CMake package.
function(s2m_needs_package name module debian)
  find_package(${name} REQUIRED GLOBAL)
  set_property(GLOBAL APPEND PROPERTY S2M_CONFIG_LINES "find_dependency(${name})")
  set_property(GLOBAL APPEND PROPERTY S2M_MODULES ${module})
  set_property(GLOBAL APPEND PROPERTY S2M_DEBIAN_PACKAGES ${debian})
endfunction()

# s2m_needs_module(PREFIX PKG_CONFIG_NAME DEBIAN_PACKAGE): a library that pkg-config knows, as PkgConfig::PREFIX.
function(s2m_needs_module prefix module debian)
  pkg_check_modules(${prefix} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  set_property(GLOBAL APPEND PROPERTY S2M_CONFIG_LINES "story2midi_find_module(${prefix} ${module})")
  set_property(GLOBAL APPEND PROPERTY S2M_MODULES ${module})
  set_property(GLOBAL APPEND PROPERTY S2M_DEBIAN_PACKAGES ${debian})
endfunction()

find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED GLOBAL)  # headers alone: nothing to link
s2m_needs_package(fmt fmt libfmt-dev)
s2m_needs_module(UTF8PROC libutf8proc libutf8proc-dev)
s2m_needs_module(LIBXML2 libxml-2.0 libxml2-dev)
s2m_needs_module(MD4C md4c libmd4c-dev)
s2m_needs_module(LIBZIP libzip libzip-dev)
s2m_needs_module(PUGIXML pugixml libpugixml-dev)
if(S2M_PNG)
  s2m_needs_module(RSVG librsvg-2.0 librsvg2-dev)
endif()
if(S2M_AUDIO)
  s2m_needs_module(FLUIDSYNTH fluidsynth libfluidsynth-dev)
  s2m_needs_module(SNDFILE sndfile libsndfile1-dev)
  s2m_needs_module(EBUR128 libebur128 libebur128-dev)
  s2m_needs_module(OGG ogg libogg-dev)
  s2m_needs_module(SAMPLERATE samplerate libsamplerate0-dev)
endif()
