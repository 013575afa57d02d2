// Input: wardend.toml; after a line "# conf.d/more.toml", a drop-in.
#include <filesystem>
#include <set>

#include "base/encoding.hpp"
#include "config/document.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/unit/config/site.hpp"

namespace wardend::fuzz {
namespace {

using config::Finding;

constexpr std::string_view drop_in_mark = "# conf.d/more.toml\n";

struct Texts {
  std::string_view main;
  std::string_view drop_in;
};

std::size_t lines_of(std::string_view text) { return 1 + static_cast<std::size_t>(std::ranges::count(text, '\n')); }

std::size_t depth_of(const config::Node& node) {
  std::size_t deepest = 0;
  for (const config::Node& child : node.children) deepest = std::max(deepest, depth_of(child));
  return deepest + 1;
}

void check_document(std::string_view text) {
  const auto document = config::parse_document(text);
  if (document) return require(depth_of(*document) <= 300, "no document is deep");
  require(document.error().at.line >= 1 && document.error().at.column >= 1, "a fault has a place");
  require(document.error().at.line <= lines_of(text) + 1, "a fault's place is in the text");
  require(!document.error().description.empty(), "a fault has a sentence");
}

void check_finding(const Finding& finding, const Texts& texts) {
  const bool more = finding.file.ends_with("/conf.d/more.toml");
  require(more || finding.file.ends_with("/wardend.toml"), "a finding names a file that was read");
  require(finding.line >= 1 && finding.column >= 1 && finding.line <= lines_of(more ? texts.drop_in : texts.main) + 1,
          "a finding's place is in its file");
  require(!finding.text.empty() && finding.text.size() <= 1024 && !has_control(finding.text),
          "a finding has a sentence that can be shown");
}

// What the daemon takes for granted of a configuration.
void check_config(const config::Config& config) {
  std::set<std::string> names;
  for (const config::Server& server : config.servers) {
    require(!server.name.empty() && names.insert(server.name).second, "a server has a name of its own");
    const auto base = fhir::BaseUrl::parse(server.fhir_base_url.text());
    require(base && *base == server.fhir_base_url, "a server has an address");
    require(config.server(server.name) == &server && config.server_by_iss(server.fhir_base_url) != nullptr,
            "a server is found by its name and its address");
  }
  names.clear();
  for (const config::App& app : config.apps) {
    require(!app.id.empty() && names.insert(app.id).second, "an app has an id of its own");
    require(!app.servers.empty() && !app.peers.empty(), "an app has a server and a program");
    for (const std::string& server : app.servers) {
      const config::Registration* registration = app.registration(server);
      require(config.server(server) != nullptr && registration != nullptr, "an app is registered where it works");
      require(!registration->client_id.empty() && !registration->redirect_uri.empty(), "a registration is whole");
    }
    for (const config::Scope& scope : app.scopes) require(smart::valid_scope(scope.scope), "a scope is one");
  }
}

}  // namespace

void fuzz_toml(Bytes input) {
  static const config::Site site;
  const std::string_view text = text_of(input);
  const auto mark = text.find(drop_in_mark);
  Texts texts{.main = text.substr(0, mark), .drop_in = {}};
  if (mark != std::string_view::npos) texts.drop_in = text.substr(mark + drop_in_mark.size());
  site.write("wardend.toml", texts.main);
  if (texts.drop_in.empty())
    std::filesystem::remove(site.folder() / "conf.d/more.toml");
  else
    site.write("conf.d/more.toml", texts.drop_in);
  check_document(texts.main);
  const config::Loaded loaded = site.load();
  bool failed = false;
  for (const Finding& finding : loaded.findings) {
    check_finding(finding, texts);
    failed = failed || finding.severity == Finding::Severity::error;
  }
  require(failed == (loaded.config == nullptr), "an error refuses the configuration, and nothing else does");
  if (!loaded.config) return;
  require(loaded.config->digest == hex(sha256(std::string(texts.main) + std::string(texts.drop_in))),
          "the digest is of all that was read");
  check_config(*loaded.config);
}

}  // namespace wardend::fuzz
