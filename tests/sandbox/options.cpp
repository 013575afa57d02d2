#include "tests/sandbox/options.hpp"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return std::unexpected(app.exit(error) == 0 ? 0 : 2);
  }
  options.settings.token_life = std::chrono::seconds(token_life);
  if (!tls.empty()) options.tls = CertificateFiles{.certificate = tls[0], .key = tls[1]};
  return options;
}

}  // namespace wardend::sandbox
