// The configuration of a rehearsal: one app of the site's own files, as it is written there, at a server that plays the
// EHR. What would reach the site's servers, its secrets, its sockets or its screens is replaced. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace wardend::config {

struct Cast {
  std::string app;
  std::string server;
};

// Where the rehearsal takes place.
struct Stage {
  std::string folder;         // an absolute path: sockets, state and trail lie there
  std::string fhir_base_url;  // of the server that plays the EHR, on this machine
  std::uint16_t loopback_port = 0;
  unsigned user = 0;  // who rehearses, and may do all
  unsigned group = 0;
};

struct Staged {
  std::string text;                   // TOML, whole
  std::vector<std::string> replaced;  // what differs from the site's files, a sentence each
};

// `texts` are the site's files, which load() has found to be good. Refuses, with a sentence, an app or a server that is
// not in them, and a server that is none of the app's.
[[nodiscard]] std::expected<Staged, std::string> set_stage(const std::vector<std::string>& texts, const Cast& cast,
                                                           const Stage& stage);

}  // namespace wardend::config
