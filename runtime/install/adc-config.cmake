# find_package(adc) gives
#   adc::program    the compiler as a command
#   adc::runtime    libadc: data, optimisers, fitting
#   adc::compiler   libadcc: the compiler as a function
#   adc_add_model(TARGET FILE.ad [OPTIONS ...])
#                   makes C from a model and compiles it into a static library TARGET; its header is FILE.h
get_filename_component(_adc_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET adc::program)
  add_executable(adc::program IMPORTED)
  set_target_properties(adc::program PROPERTIES IMPORTED_LOCATION "${_adc_prefix}/bin/adc")

  add_library(adc::runtime STATIC IMPORTED)
  set_target_properties(adc::runtime PROPERTIES
    IMPORTED_LOCATION "${_adc_prefix}/lib/libadc.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_adc_prefix}/include"
    INTERFACE_LINK_LIBRARIES "zip;z;m")

  add_library(adc::compiler STATIC IMPORTED)
  set_target_properties(adc::compiler PROPERTIES
    IMPORTED_LOCATION "${_adc_prefix}/lib/libadcc.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_adc_prefix}/include"
    INTERFACE_LINK_LIBRARIES "tcc;m")
endif()
unset(_adc_prefix)

function(adc_add_model target file)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "OPTIONS")
  get_filename_component(name "${file}" NAME_WE)
  get_filename_component(source "${file}" ABSOLUTE)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  add_custom_command(
    OUTPUT "${out}.c" "${out}.h"
    COMMAND adc::program "${source}" -o "${out}.c" ${arg_OPTIONS}
    DEPENDS "${source}"
    COMMENT "adc ${file}"
    VERBATIM)
  add_library(${target} STATIC "${out}.c" "${out}.h")
  target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_BINARY_DIR}")
  target_link_libraries(${target} PUBLIC m)
endfunction()
