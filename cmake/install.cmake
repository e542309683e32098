# What `cmake --install` puts in place, in two components: `runtime` (program, weights, documentation) and `dev` (the
# library, its headers, its package files).
set(data_dir ${CMAKE_INSTALL_DATADIR}/story2midi)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/story2midi)

# Runtime.
if(S2M_PROGRAM)
  install(TARGETS story2midi RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
endif()
# Completions and the man page, which the program prints of itself.
if(S2M_PROGRAM AND NOT CMAKE_CROSSCOMPILING)
  foreach(page
      bash:bash-completion/completions/story2midi zsh:zsh/vendor-completions/_story2midi
      fish:fish/vendor_completions.d/story2midi.fish man:man/man1/story2midi.1)
    string(REPLACE ":" ";" page "${page}")
    list(GET page 0 kind)
    list(GET page 1 path)
    cmake_path(GET path PARENT_PATH folder)
    set(file ${PROJECT_BINARY_DIR}/generated/${path})
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated/${folder})
    add_custom_command(OUTPUT ${file} COMMAND story2midi completion ${kind} > ${file} DEPENDS story2midi VERBATIM)
    list(APPEND pages ${file})
    install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder} COMPONENT runtime)
  endforeach()
  add_custom_target(story2midi_pages ALL DEPENDS ${pages})
endif()
install(DIRECTORY models DESTINATION ${data_dir} COMPONENT runtime)

# Development. The public headers are those that the facade includes, and what it does not need itself.
s2m_header_closure(headers
  story2midi/story2midi.h story2midi/batch.h story2midi/pictures/picture.h story2midi/formats/summary.h)
foreach(header IN LISTS headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES src/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder} COMPONENT dev)
endforeach()
install(TARGETS story2midi_library EXPORT story2midi ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(EXPORT story2midi NAMESPACE story2midi:: FILE story2midiTargets.cmake DESTINATION ${config_dir} COMPONENT dev)

include(CMakePackageConfigHelpers)
get_property(lines GLOBAL PROPERTY S2M_CONFIG_LINES)
list(JOIN lines "\n" S2M_DEPENDENCIES)
set(S2M_MODELS_DIR ${data_dir}/models)
configure_package_config_file(cmake/story2midiConfig.cmake.in story2midiConfig.cmake
  INSTALL_DESTINATION ${config_dir} PATH_VARS S2M_MODELS_DIR)
write_basic_package_version_file(story2midiConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/story2midiConfig.cmake ${PROJECT_BINARY_DIR}/story2midiConfigVersion.cmake
  DESTINATION ${config_dir} COMPONENT dev)

# pkg-config. The library is static alone: what it needs stands in Requires, so that no --static is asked for.
get_property(modules GLOBAL PROPERTY S2M_MODULES)
list(JOIN modules ", " S2M_REQUIRES)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
  OUTPUT_VARIABLE S2M_PREFIX)
configure_file(cmake/story2midi.pc.in story2midi.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/story2midi.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
