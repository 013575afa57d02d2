#include "config/loader.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>
#include <tuple>

#include "base/encoding.hpp"
#include "base/file_descriptor.hpp"
#include "base/read_up_to.hpp"
#include "config/document.hpp"
#include "config/sections.hpp"
#include "config/table_reader.hpp"

namespace wardend::config {
namespace {

constexpr std::size_t max_file = 1024UL * 1024;

std::optional<std::string> read_file(const std::string& path, Findings& findings) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info{};
  std::string why;
  if (!file.valid() || ::fstat(file.get(), &info) != 0)
    why = std::strerror(errno);
  else if (!S_ISREG(info.st_mode))
    why = "not a file";
  if (why.empty()) {
    auto text = read_up_to(file, max_file + 1);
    if (text && text->size() <= max_file) return std::move(*text);
    if (text) {
      findings.error({path}, "larger than 1 MiB: this is no configuration");
      return std::nullopt;
    }
    why = std::strerror(text.error());
  }
  findings.error({path}, "cannot be read (" + why + "): check its name and owner");
  return std::nullopt;
}

std::vector<std::string> files_named(const std::filesystem::path& main, Findings& findings) {
  std::error_code failed;
  std::vector<std::string> files;
  for (const std::filesystem::path& file : files_of(main, failed)) files.push_back(file.string());
  if (failed)
    findings.error({(main.parent_path() / "conf.d").string()},
                   "cannot be read (" + failed.message() + "): check its owner");
  return files;
}

struct Loading {
  explicit Loading(Findings empty) : findings(std::move(empty)) {}
  Config config;
  Findings findings;
  std::map<std::string, Place> servers;
  std::map<std::string, Place> apps;
  std::map<std::string, Place> identifiers;
  std::vector<AppPlaces> app_places;  // of config.apps, one each
  Place roles;
  Place forward_to;
  Place audit_file;
  Place whole;
  std::string bytes;
};

template <typename Entry>
bool first_of_its_name(std::map<std::string, Place>& seen, const std::string& name, const Place& place,
                       Findings& findings, Entry kind) {
  const auto [known, inserted] = seen.emplace(name, place);
  if (inserted || name.empty()) return true;
  findings.error(place,
                 std::string(kind) + " " + name + " is defined already at " + known->second.file + ":" +
                     std::to_string(known->second.line) + ": " +
                     (std::string_view(kind) == "identifier" ? "take one of the two out" : "give it another name"));
  return false;
}

void read_entries(TableReader& top, const std::string& file, Loading& loading) {
  Config& config = loading.config;
  for (const Node* table : top.tables("server")) {
    Server server = read_server(*table, file, loading.findings);
    const Place place = place_of(file, table->at);
    if (!first_of_its_name(loading.servers, server.name, place, loading.findings, "server")) continue;
    const Server* twin = server.fhir_base_url.text().empty() ? nullptr : config.server_by_iss(server.fhir_base_url);
    if (twin != nullptr)
      loading.findings.note(place, "server " + server.name + " has the fhir_base_url of server " + twin->name +
                                       ", which alone is meant when an EHR launches with it");
    config.servers.push_back(std::move(server));
  }
  for (const Node* table : top.tables("app")) {
    App app = read_app(*table, file, config.broker, loading.findings);
    const Place place = place_of(file, table->at);
    if (!first_of_its_name(loading.apps, app.id, place, loading.findings, "app")) continue;
    loading.app_places.push_back({place, TableReader(*table, file, "", loading.findings).place("servers")});
    config.apps.push_back(std::move(app));
  }
  for (const Node* table : top.tables("identifier")) {
    Identifier identifier = read_identifier(*table, file, loading.findings);
    const Place place = place_of(file, table->at);
    if (first_of_its_name(loading.identifiers, identifier.system, place, loading.findings, "identifier"))
      config.identifiers.push_back(std::move(identifier));
  }
}

enum class Part { main, drop_in };

void read_one(const std::string& file, Part part, Loading& loading) {
  const auto text = read_file(file, loading.findings);
  if (!text) return;
  loading.bytes += *text;
  const auto table = parse_document(*text);
  if (!table) return loading.findings.error(place_of(file, table.error().at), "not TOML: " + table.error().description);
  TableReader top(*table, file, "the file", loading.findings);
  Config& config = loading.config;
  const Node* sections[] = {top.table("broker"), top.table("roles"), top.table("audit")};
  if (part == Part::drop_in) {
    for (const Node* section : sections)
      if (section != nullptr)
        loading.findings.error(place_of(file, section->at),
                               "[broker], [roles] and [audit] belong into the main file: move it there");
  } else {
    if (sections[0] != nullptr) read_broker(*sections[0], file, loading.findings, config.broker);
    if (sections[1] != nullptr) {
      loading.roles = place_of(file, sections[1]->at);
      read_roles(*sections[1], file, loading.findings, config.roles);
    }
    if (sections[2] != nullptr) {
      const TableReader audit(*sections[2], file, "[audit]", loading.findings);
      loading.forward_to = audit.place("forward_to");
      loading.audit_file = audit.place("file");
      read_audit(*sections[2], file, loading.findings, config.audit);
    }
  }
  read_entries(top, file, loading);
  top.done();
}

// The daemon makes the trail if there is none. A pipe, a device or a link is never written to.
void check_audit_file(const std::string& path, const Place& place, Findings& findings) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
    findings.error(place, path + " is not a regular file, so no audit record can be written: name another file");
}

}  // namespace

std::string Finding::to_string() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
         (severity == Severity::error ? "error: " : "note: ") + text;
}

std::vector<std::string> Loaded::errors() const {
  std::vector<std::string> texts;
  for (const Finding& finding : findings)
    if (finding.severity == Finding::Severity::error) texts.push_back(finding.to_string());
  return texts;
}

namespace {

// [broker], [roles] and [audit] of a configuration that is refused, each key as far as it could be read.
ConfigPtr service_part(Config& whole) {
  Config part;
  part.broker = std::move(whole.broker);
  part.roles = std::move(whole.roles);
  part.audit = std::move(whole.audit);
  return std::make_shared<const Config>(std::move(part));
}

}  // namespace

std::vector<std::filesystem::path> files_of(const std::filesystem::path& main, std::error_code& failed) {
  std::vector<std::filesystem::path> files;
  const auto folder = main.parent_path() / "conf.d";
  if (std::filesystem::exists(folder, failed))
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
      if (entry.path().extension() == ".toml" && !entry.path().filename().native().starts_with('.'))
        files.push_back(entry.path());
  std::ranges::sort(files);
  files.insert(files.begin(), main);
  return files;
}

namespace {

Loaded load_into(Findings empty, const std::filesystem::path& file) {
  Loading loading(std::move(empty));
  const auto files = files_named(file, loading.findings);
  loading.roles.file = files.front();
  loading.audit_file.file = files.front();
  loading.whole.file = files.front();
  for (const std::string& path : files) read_one(path, path == files.front() ? Part::main : Part::drop_in, loading);
  resolve_roles(loading.config.roles, loading.roles, loading.findings);
  for (std::size_t i = 0; i < loading.config.apps.size(); ++i)
    check_app(loading.config, loading.config.apps[i], loading.app_places[i], loading.findings);
  // Where something is faulty it may be the app of that server.
  if (!loading.findings.failed())
    for (const Server& server : loading.config.servers)
      check_server(loading.config, server, loading.servers.at(server.name), loading.findings);
  if (!loading.findings.failed()) check_likeness(loading.config, loading.servers, loading.apps, loading.findings);
  if (!loading.findings.failed()) check_whole(loading.config, loading.whole, loading.findings);
  if (!loading.config.audit.forward_to.empty() && loading.config.server(loading.config.audit.forward_to) == nullptr)
    loading.findings.error(loading.forward_to, "forward_to names no configured server: correct it, or leave it empty");
  if (loading.findings.files() == Files::looked_at)
    check_audit_file(loading.config.audit.file, loading.audit_file, loading.findings);
  loading.config.digest = hex(sha256(loading.bytes));
  Loaded loaded;
  if (loading.findings.failed())
    loaded.service = service_part(loading.config);
  else
    loaded.config = std::make_shared<const Config>(std::move(loading.config));
  loaded.findings = loading.findings.take();
  std::ranges::sort(loaded.findings, {}, [&](const Finding& finding) {
    return std::tuple(std::ranges::find(files, finding.file) - files.begin(), finding.line, finding.column,
                      std::string_view(finding.text));
  });
  return loaded;
}

}  // namespace

Loaded load(const std::filesystem::path& file, Files files, CredentialJudge judge) {
  return load_into(Findings(files, std::move(judge)), file);
}

Loaded load_to_read(const std::filesystem::path& file, Files files) {
  return load_into(Findings(files, {}, Absent::note), file);
}

}  // namespace wardend::config
