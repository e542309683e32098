# Writes OUT, a C++ source with the version and the commit of SOURCE ("unknown" outside a checkout of its own). Run at
# each build; the file changes only when they do.
execute_process(COMMAND git -C ${SOURCE} rev-parse --show-toplevel --short=12 HEAD
  OUTPUT_VARIABLE answer ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
set(commit unknown)
if(NOT failed)
  string(REPLACE "\n" ";" answer "${answer}")
  list(GET answer 0 top)
  file(REAL_PATH "${SOURCE}" source)
  if(top STREQUAL source)
    list(GET answer 1 commit)
  endif()
endif()
set(text "#include \"story2midi/base/version.h\"

namespace s2m {

std::string_view version() { return \"${VERSION}\"; }
std::string_view commit() { return \"${commit}\"; }

}  // namespace s2m
")
if(EXISTS ${OUT})
  file(READ ${OUT} before)
endif()
if(NOT text STREQUAL "${before}")
  file(WRITE ${OUT} "${text}")
endif()
