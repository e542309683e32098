# Foreign libraries of the product. Each is named here once; the package files that are installed follow from it.
find_package(PkgConfig REQUIRED)

# s2m_needs_package(NAME PKG_CONFIG_NAME): a CMake package.
function(s2m_needs_package name module)
  find_package(${name} REQUIRED GLOBAL)
  set_property(GLOBAL APPEND PROPERTY S2M_CONFIG_LINES "find_dependency(${name})")
  set_property(GLOBAL APPEND PROPERTY S2M_MODULES ${module})
endfunction()

# s2m_needs_module(PREFIX PKG_CONFIG_NAME): a library that pkg-config knows, as the target PkgConfig::PREFIX.
function(s2m_needs_module prefix module)
  pkg_check_modules(${prefix} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  set_property(GLOBAL APPEND PROPERTY S2M_CONFIG_LINES "story2midi_find_module(${prefix} ${module})")
  set_property(GLOBAL APPEND PROPERTY S2M_MODULES ${module})
endfunction()

find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED GLOBAL)  # headers alone: nothing to link
s2m_needs_package(fmt fmt)
s2m_needs_module(UTF8PROC libutf8proc)
if(S2M_AUDIO)
  s2m_needs_module(FLUIDSYNTH fluidsynth)
  s2m_needs_module(SNDFILE sndfile)
endif()
