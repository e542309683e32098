# One library a source folder, one test program a folder. A new file needs no line here: folders are globbed.

# What each of our own targets is compiled with; every target links it PRIVATE, so that none of it reaches a user.
add_library(s2m_options INTERFACE)
target_compile_features(s2m_options INTERFACE cxx_std_20)
if(S2M_WARNINGS)
  target_compile_options(s2m_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow)
endif()
# Same bytes everywhere: a compiler must not fuse multiplications and additions where the source does not. x86-64's
# baseline cannot; where a set of kernels may, the folder says so too.
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(s2m_options INTERFACE -ffp-contract=off)
endif()
if(S2M_SANITIZE)
  target_compile_options(s2m_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
endif()
if(S2M_FUZZ)
  target_compile_options(s2m_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
endif()
if(S2M_SANITIZE OR S2M_FUZZ)
  target_link_options(s2m_options INTERFACE -fsanitize=address,undefined)
endif()

# s2m_own(TARGET): the options above, standard C++ without extensions.
function(s2m_own target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${target} PRIVATE s2m_options)
endfunction()

# s2m_folder(NAME USES other folders... LINKS external libraries...): src/story2midi/NAME becomes s2m_NAME and a part
# of the library story2midi::story2midi; lab/NAME becomes s2m_lab_NAME.
function(s2m_folder name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME parent)
  set(prefix s2m_)
  if(parent STREQUAL "lab")
    set(prefix s2m_lab_)
  endif()
  string(REPLACE "/" "_" target "${prefix}${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp")
  list(TRANSFORM arg_USES PREPEND "s2m_")
  add_library(${target} STATIC ${sources})
  s2m_own(${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${arg_USES} PRIVATE ${arg_LINKS})
  if(NOT parent STREQUAL "lab")
    set_property(GLOBAL APPEND PROPERTY S2M_PARTS ${target})
    set_property(GLOBAL APPEND PROPERTY S2M_LINKS ${arg_LINKS})
  endif()
endfunction()

# s2m_tests(NAME USES folders... LINKS external libraries...): tests/NAME/*.cpp become the program test_NAME. Tests run
# in the repository's root: their paths are relative, so that every checkout shares one compiler cache.
function(s2m_tests name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp")
  list(TRANSFORM arg_USES PREPEND "s2m_")
  add_executable(test_${name} ${sources})
  s2m_own(test_${name})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(test_${name} PRIVATE S2M_SOURCE_DIR="." S2M_FIXTURES="tests/fixtures")
  # What is tested is optimised; the tests themselves need not be, and compile faster.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_link_libraries(test_${name} PRIVATE ${arg_USES} ${arg_LINKS} GTest::gtest_main)
  gtest_discover_tests(test_${name} PROPERTIES LABELS unit DISCOVERY_MODE PRE_TEST
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

# s2m_header_closure(OUT header...): these headers and every header of ours that they include, relative to src/.
function(s2m_header_closure out)
  set(waiting ${ARGN})
  set(found)
  while(waiting)
    list(POP_FRONT waiting header)
    if(NOT header IN_LIST found)
      list(APPEND found ${header})
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${header})
      file(STRINGS ${PROJECT_SOURCE_DIR}/src/${header} lines REGEX "^#include \"story2midi/")
      list(TRANSFORM lines REPLACE "^#include \"([^\"]+)\".*" "\\1")
      list(APPEND waiting ${lines})
    endif()
  endwhile()
  set(${out} ${found} PARENT_SCOPE)
endfunction()
