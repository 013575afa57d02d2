#include "tests/sandbox/options.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/profiles.hpp"

namespace wardend::sandbox {

std::expected<Options, int> parse_options(int argc, char** argv) {
  CLI::App app("A simulated EHR on 127.0.0.1, for demonstrations and tests.", "wardend-sandbox");
  Options options;
  std::int64_t token_life = 300;
  std::vector<std::string> tls;
  app.add_option("--port", options.port, "0 (the default) takes any free one; the first line printed says which");
  app.add_option("--token-life", token_life, "seconds that an access token lives")->check(CLI::Range(1, 31536000));
  app.add_option("--tls", tls, "serve https with these PEM files: CERT KEY")->expected(2);
  app.add_option("--origin", options.settings.origin,
                 "scheme://host:port to publish, where a proxy stands before this");
  app.add_option("--profile", options.profile, "be another server from the start; --list-profiles names them")
      ->check([](const std::string& name) {
        return profile_named(name) == nullptr ? "no such profile: --list-profiles names them" : "";
      });
  bool list_profiles = false;
  bool list_faults = false;
  app.add_flag("--list-profiles", list_profiles, "print the servers that it can be, and end");
  app.add_flag("--list-faults", list_faults, "print the faults that POST /_sandbox/faults switches on, and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return std::unexpected(app.exit(error) == 0 ? 0 : 2);
  }
  if (list_profiles)
    for (const Profile& profile : profiles()) fmt::print("{:<24}{}\n", profile.name, profile.what);
  if (list_faults)
    for (const Kind kind : every_kind()) fmt::print("{:<24}{}\n", name_of(kind), sentence_of(kind));
  if (list_profiles || list_faults) return std::unexpected(0);
  options.settings.token_life = std::chrono::seconds(token_life);
  if (!tls.empty()) options.tls = CertificateFiles{.certificate = tls[0], .key = tls[1]};
  return options;
}

}  // namespace wardend::sandbox
