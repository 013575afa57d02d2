# wardend_library(NAME SOURCES a.cpp b.cpp LINK x y): one static library a folder. APART: files that stay alone where many are
# compiled as one (presets `demo`, `asan`, `tsan`; test programs always), as another file has their names for itself too. IN_ROOMS: it stands above the rooms of
# sessions and of the workstation, whose headers are precompiled for it.
function(wardend_library name)
  cmake_parse_arguments(ARG "IN_ROOMS" "" "SOURCES;APART;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK} wardend_warnings)
  if(ARG_IN_ROOMS)
    target_precompile_headers(${name} REUSE_FROM wardend_precompiled_rooms)
  else()
    target_precompile_headers(${name} REUSE_FROM wardend_precompiled)
  endif()
endfunction()

# What runs once is not worth the optimizer's time, which is the most of a test's build.
set(WARDEND_TEST_OPTIONS "" CACHE STRING "compiler options of the test programs' own files")
# wardend_test_program(NAME SOURCES a.cpp b.cpp LINK x y): one program of tests. APART as above.
# IN_WORLD: most of its files stand on the world of the rooms over fakes, which is precompiled for them.
function(wardend_test_program name)
  cmake_parse_arguments(ARG "IN_WORLD" "" "SOURCES;APART;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} wardend_test_warnings)
  target_compile_options(${name} PRIVATE ${WARDEND_TEST_OPTIONS})
  # Most of a test's build is what it includes: eight are compiled as one, so that one hides names of another.
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  if(ARG_IN_WORLD)
    target_precompile_headers(${name} REUSE_FROM wardend_precompiled_world)
  else()
    target_precompile_headers(${name} REUSE_FROM wardend_precompiled_test)
  endif()
endfunction()

# wardend_test(NAME SOURCES a.cpp LINK x): one GoogleTest program, and one test of CTest: two thousand processes for as
# many unit tests would take longer to start than the tests do.
function(wardend_test name)
  wardend_test_program(${name} ${ARGN})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE wardend_asio GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 600)
endfunction()

add_library(wardend_test_warnings INTERFACE)
target_compile_options(wardend_test_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion
  -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Wthread-safety)
add_library(wardend_warnings INTERFACE)
target_compile_options(wardend_warnings INTERFACE -Wshadow)
target_link_libraries(wardend_warnings INTERFACE wardend_test_warnings)

# Asio and Beast are compiled once. Every one of these definitions must agree in all files that see Asio;
# the last four keep freed coroutine frames and handlers on the wiping heap instead of in Asio's own recycler.
add_library(wardend_asio STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_impl.cpp ${CMAKE_SOURCE_DIR}/cmake/beast_impl.cpp)
target_compile_definitions(wardend_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING
  BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN)
target_link_libraries(wardend_asio PUBLIC Boost::headers Threads::Threads OpenSSL::SSL OpenSSL::Crypto)

# One precompiled header for the libraries and one for the test programs, which are position-independent in another way.
# Without the time stamp in it the compiler cache can tell that nothing changed.
function(wardend_precompiled name header)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE wardend_asio nlohmann_json::nlohmann_json ${ARGN} wardend_warnings)
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
  target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()
add_library(wardend_precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
wardend_precompiled(wardend_precompiled precompiled.hpp)
