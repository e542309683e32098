# One library a source folder, one test program a folder. A new file needs no line here: folders are globbed.

# s2m_folder(NAME USES other folders... LINKS external libraries...): src/story2midi/NAME becomes s2m_NAME,
# lab/NAME becomes s2m_lab_NAME.
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
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${arg_USES} PRIVATE ${arg_LINKS})
endfunction()

# s2m_tests(NAME USES folders... LINKS external libraries...): tests/NAME/*.cpp become the program test_NAME. Tests run
# in the repository's root: their paths are relative, so that every checkout shares one compiler cache.
function(s2m_tests name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp")
  list(TRANSFORM arg_USES PREPEND "s2m_")
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(test_${name} PRIVATE S2M_SOURCE_DIR="." S2M_FIXTURES="tests/fixtures")
  # What is tested is optimised; the tests themselves need not be, and compile faster.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_link_libraries(test_${name} PRIVATE ${arg_USES} ${arg_LINKS} GTest::gtest_main)
  gtest_discover_tests(test_${name} PROPERTIES LABELS unit DISCOVERY_MODE PRE_TEST
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()
