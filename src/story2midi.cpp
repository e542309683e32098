#include "story2midi.h"
