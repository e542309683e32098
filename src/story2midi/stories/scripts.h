// Readers of texts that are spoken: subtitles and screenplays.
#pragma once

#include "story2midi/stories/draft.h"

namespace s2m {

// SubRip (.srt) and WebVTT (.vtt). Cues are read in the file's order, each on lines of its own; after five seconds of
// silence a paragraph begins. Times are kept, and WebVTT's voices as speakers. Numbers, formatting, positions, dashes
// before a speaker's words, notes and style sheets are left out; "<laughs>" and other words in brackets are read.
// A file without a cue is read as plain text.
Draft read_subrip(const SourceFile& file);
Draft read_webvtt(const SourceFile& file);

// A screenplay in Fountain 1.1: scene headings are scenes, characters are speakers; headings, action, dialogue,
// parentheticals and lyrics are read. The title page, transitions, sections, synopses, notes and marks of emphasis are
// left out, and sections are kept as parts.
Draft read_fountain(const SourceFile& file);

}  // namespace s2m
