// nginx twice: as the FHIR server that the measurements are made before, and as what forwards to it and does no more.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/bench/http_load.hpp"

namespace wardend::bench {

class Nginx {
 public:
  static constexpr std::size_t large_bytes = 100UL * 1024 * 1024;

  // The server listens on `port`, and what it has no file for comes from the sandbox at that address.
  Nginx(std::filesystem::path folder, std::uint16_t port, const std::string& sandbox);
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  ~Nginx();

  // Of the FHIR server. Its records: Patient/patient-1 of 2 KB, Observation, a searchset of 20 KB, and Binary/large.
  [[nodiscard]] const std::string& base() const { return base_; }
  [[nodiscard]] Door direct() const { return {.port = port_}; }
  [[nodiscard]] Door forwarder() const { return {.path = (folder_ / "nginx.sock").string()}; }
  // Keeps the server, and what forwards, each on a processor.
  void place(int server, int forwarder) const;
  // The process that forwards.
  [[nodiscard]] pid_t forwarding_process() const { return worker_of("forwards"); }

 private:
  void write(const char* name, const std::string& text) const;
  void start(const std::string& name, const std::string& http);
  [[nodiscard]] pid_t worker_of(const std::string& name) const;

  std::filesystem::path folder_;
  std::uint16_t port_;
  std::string base_;
  std::vector<std::string> started_;
};

}  // namespace wardend::bench
