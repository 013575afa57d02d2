// nginx as a FHIR server that serves files: it is quick, fails now and then, and keeps an account of its own of what it
// was asked. What is written to it is answered well, and forgotten.
#pragma once

#include <cstdint>
#include <filesystem>
#include <ios>
#include <string>
#include <string_view>

namespace wardend::test {

class FileServer {
 public:
  // `smart` answers for its SMART configuration and its metadata. Without Debian's nginx-light it serves nothing.
  FileServer(std::filesystem::path folder, const std::string& smart);
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;
  ~FileServer();

  [[nodiscard]] bool serves() const { return serves_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  // At /fhir/PATH from now on; "bundle" is the answer to each search for Observations.
  void lay_down(const std::string& path, std::string_view text) const;
  // What it has carried out since this was called last, as AuditEvents, one a line: of requests whose id begins with
  // `mark`.
  [[nodiscard]] std::string audit_events(std::string_view mark);

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  bool serves_ = false;
  std::streamoff told_ = 0;  // of its log
};

}  // namespace wardend::test
