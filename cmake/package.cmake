# Debian packages and an archive: `cpack --config build/package/CPackConfig.cmake` after building the preset `package`.
# story2midi holds the program, its weights and documentation; libstory2midi-dev what a C++ project links.
set(doc_dir ${CMAKE_INSTALL_DATADIR}/doc/story2midi)
set(dev_doc_dir ${CMAKE_INSTALL_DATADIR}/doc/libstory2midi-dev)
execute_process(COMMAND gzip -9nc ${PROJECT_SOURCE_DIR}/cmake/debian/changelog
  OUTPUT_FILE ${PROJECT_BINARY_DIR}/changelog.gz)
install(FILES README.md CHANGELOG.md DESTINATION ${doc_dir} COMPONENT runtime)
install(DIRECTORY docs DESTINATION ${doc_dir} COMPONENT runtime FILES_MATCHING PATTERN "*.md")
install(DIRECTORY examples DESTINATION ${dev_doc_dir} COMPONENT dev FILES_MATCHING PATTERN "*.cpp")
install(FILES cmake/debian/copyright ${PROJECT_BINARY_DIR}/changelog.gz DESTINATION ${doc_dir} COMPONENT runtime)
install(FILES cmake/debian/copyright ${PROJECT_BINARY_DIR}/changelog.gz DESTINATION ${dev_doc_dir} COMPONENT dev)

set(S2M_MAINTAINER "The story2midi authors <story2midi@localhost.invalid>" CACHE STRING "Who answers for the packages")
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_CONTACT ${S2M_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME story2midi)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION non-free/sound)  # the weights forbid commercial use
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS "fluid-soundfont-gm | timgm6mb-soundfont, timgm6mb-soundfont")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "A text encoder reads the emotion of a story passage by passage; readable rules
make a plan of it; a small Transformer writes the music, as a MIDI file or as
sound. It runs on an ordinary CPU, without a network. The weights are included.")
get_property(packages GLOBAL PROPERTY S2M_DEBIAN_PACKAGES)
list(JOIN packages ", " packages)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libstory2midi-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION non-free/libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "story2midi (= ${PROJECT_VERSION}), pkg-config, ${packages}")
set(CPACK_COMPONENT_DEV_DESCRIPTION "The static library story2midi, its headers, and the files by which CMake and
pkg-config find it.")
include(CPack)
