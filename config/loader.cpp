#include "config/loader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>

#include "base/encoding.hpp"
#include "config/sections.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {
namespace {

constexpr std::size_t max_file = 1024UL * 1024;

std::optional<std::string> read_file(const std::string& path, Findings& findings) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info{};
  if (fd < 0 || ::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    const std::string why = fd < 0 ? std::strerror(errno) : "not a file";
    if (fd >= 0) ::close(fd);
    findings.error({path}, "cannot be read (" + why + "): check its name and owner");
    return std::nullopt;
  }
  std::string text(std::min(static_cast<std::size_t>(info.st_size), max_file) + 1, '\0');
  std::size_t size = 0;
  for (ssize_t count = 1; size < text.size() && count > 0; size += count > 0 ? static_cast<std::size_t>(count) : 0)
    count = ::read(fd, text.data() + size, text.size() - size);
  ::close(fd);
  if (size > max_file) {
    findings.error({path}, "larger than 1 MiB: this is no configuration");
    return std::nullopt;
  }
  text.resize(size);
  return text;
}

// The main file, then conf.d/*.toml in name order.
std::vector<std::string> files_of(const std::filesystem::path& main, Findings& findings) {
  std::vector<std::string> files;
  const auto folder = main.parent_path() / "conf.d";
  std::error_code error;
  if (std::filesystem::exists(folder, error)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
      if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
    if (error) findings.error({folder.string()}, "cannot be read (" + error.message() + "): check its owner");
  }
  std::ranges::sort(files);
  files.insert(files.begin(), main.string());
  return files;
}

struct Loading {
  Config config;
  Findings findings;
  std::map<std::string, Place> servers;
  std::map<std::string, Place> apps;
  std::map<std::string, Place> identifiers;
  std::vector<std::pair<std::size_t, Place>> app_places;  // index in config.apps
  Place roles;
  std::string bytes;
};

template <typename Entry>
bool first_of_its_name(std::map<std::string, Place>& seen, const std::string& name, const Place& place,
                       Findings& findings, Entry kind) {
  const auto [known, inserted] = seen.emplace(name, place);
  if (inserted || name.empty()) return true;
  findings.error(place, std::string(kind) + " " + name + " is defined already at " + known->second.file + ":" +
                            std::to_string(known->second.line) + ": give it another name");
  return false;
}

void read_entries(TableReader& top, const std::string& file, Loading& loading) {
  Config& config = loading.config;
  for (const toml::table* table : top.tables("server")) {
    Server server = read_server(*table, file, loading.findings);
    const Place place = place_of(file, table->source());
    if (first_of_its_name(loading.servers, server.name, place, loading.findings, "server"))
      config.servers.push_back(std::move(server));
  }
  for (const toml::table* table : top.tables("app")) {
    App app = read_app(*table, file, config.broker, loading.findings);
    const Place place = place_of(file, table->source());
    if (!first_of_its_name(loading.apps, app.id, place, loading.findings, "app")) continue;
    loading.app_places.emplace_back(config.apps.size(), place);
    config.apps.push_back(std::move(app));
  }
  for (const toml::table* table : top.tables("identifier")) {
    Identifier identifier = read_identifier(*table, file, loading.findings);
    const Place place = place_of(file, table->source());
    if (first_of_its_name(loading.identifiers, identifier.system, place, loading.findings, "identifier"))
      config.identifiers.push_back(std::move(identifier));
  }
}

enum class Part { main, drop_in };

void read_one(const std::string& file, Part part, Loading& loading) {
  const auto text = read_file(file, loading.findings);
  if (!text) return;
  loading.bytes += *text;
  toml::table table;
  try {
    table = toml::parse(std::string_view(*text), std::string_view(file));
  } catch (const toml::parse_error& error) {
    return loading.findings.error(place_of(file, error.source()), "not TOML: " + std::string(error.description()));
  }
  TableReader top(table, file, "the file", loading.findings);
  Config& config = loading.config;
  loading.roles.file = part == Part::main ? file : loading.roles.file;
  const toml::table* sections[] = {top.table("broker"), top.table("roles"), top.table("audit")};
  if (part == Part::drop_in) {
    for (const toml::table* section : sections)
      if (section != nullptr)
        loading.findings.error(place_of(file, section->source()),
                               "[broker], [roles] and [audit] belong into the main file: move it there");
  } else {
    if (sections[0] != nullptr) read_broker(*sections[0], file, loading.findings, config.broker);
    if (sections[1] != nullptr) {
      loading.roles = place_of(file, sections[1]->source());
      read_roles(*sections[1], file, loading.findings, config.roles);
    }
    if (sections[2] != nullptr) read_audit(*sections[2], file, loading.findings, config.audit);
  }
  read_entries(top, file, loading);
  top.done();
}

}  // namespace

std::string Finding::to_string() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
         (severity == Severity::note ? "note: " : "") + text;
}

void check_app(const Config& config, const App& app, const Place& place, Findings& findings) {
  for (const std::string& name : app.servers) {
    const Server* server = config.server(name);
    if (server == nullptr) {
      findings.error(place,
                     "app " + app.id + " names server " + name + ", which is not configured: add its [[server]]");
      continue;
    }
    const Registration* registration = app.registration(name);
    const std::string& redirect = registration->redirect_uri;
    const std::string port = std::to_string(config.broker.loopback_port);
    const bool loopback =
        redirect == "http://127.0.0.1:" + port + "/callback" || redirect == "http://[::1]:" + port + "/callback";
    const bool own = config.broker.loopback_port == 0 || !redirect.starts_with("http://");
    if (server->oauth.redirect == Redirect::fixed && !loopback && !own)
      findings.error(
          place,
          "app " + app.id + ": redirect_uri at " + name + " must be http://127.0.0.1:" + port +
              "/callback (the literal address, never localhost), or an address of the app's own that is not http");
    if (server->oauth.redirect == Redirect::relay && !redirect.starts_with("https://"))
      findings.error(place, "app " + app.id + ": with redirect = \"relay\" redirect_uri at " + name +
                                " is the relay's https address");
  }
}

Loaded load(const std::filesystem::path& file) {
  Loading loading;
  const auto files = files_of(file, loading.findings);
  for (const std::string& path : files) read_one(path, path == files.front() ? Part::main : Part::drop_in, loading);
  for (RoleGroups* role : {&loading.config.roles.ehr, &loading.config.roles.operators, &loading.config.roles.observer})
    resolve_roles(*role, loading.roles, loading.findings);
  for (const auto& [index, place] : loading.app_places)
    check_app(loading.config, loading.config.apps[index], place, loading.findings);
  if (!loading.config.audit.forward_to.empty() && loading.config.server(loading.config.audit.forward_to) == nullptr)
    loading.findings.error({files.front()},
                           "[audit] forward_to names no configured server: correct it, or leave it empty");
  loading.config.digest = hex(sha256(loading.bytes));
  Loaded loaded;
  if (!loading.findings.failed()) loaded.config = std::make_shared<const Config>(std::move(loading.config));
  loaded.findings = loading.findings.take();
  return loaded;
}

}  // namespace wardend::config
