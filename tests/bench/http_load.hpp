// Plain HTTP requests over kept connections, so that whoever answers is asked in exactly the same way: of an answer
// nothing is read but its status and its length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"

namespace wardend::bench {

// Where requests go: a Unix socket, or a port of 127.0.0.1.
struct Door {
  std::string path = {};
  std::uint16_t port = 0;
};

// Throws std::runtime_error when nobody listens there.
[[nodiscard]] FileDescriptor connect(const Door& door);
void send_get(int fd, const std::string& target);

// One GET after the other on one connection. The microseconds of each. Throws where an answer is not 200.
[[nodiscard]] std::vector<double> gets(const Door& door, const std::string& target, std::size_t number);

// `connections` GETs are under way at any time, each on a connection of its own. Requests a second.
[[nodiscard]] double gets_a_second(const Door& door, const std::string& target, std::size_t number,
                                   std::size_t connections);

// Reads one answer to its end, and not faster than that.
void get_slowly(const Door& door, const std::string& target, double bytes_a_second);

}  // namespace wardend::bench
