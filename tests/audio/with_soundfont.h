// Tests that play music: skipped where no SoundFont is installed.
#pragma once

#include <gtest/gtest.h>

#include "story2midi/audio/audio.h"
#include "story2midi/base/error.h"

namespace s2m {

class WithSoundfont : public testing::Test {
 protected:
  void SetUp() override {
    try {
      find_soundfont();
    } catch (const Error&) {
      GTEST_SKIP() << "no soundfont is installed";
    }
  }
};

}  // namespace s2m
