#include "tests/integration/forwarding/trail_site.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "protocol/balp/audit_event.hpp"
#include "trail/link.hpp"

namespace wardend::test {

using nlohmann::json;

TrailSite::TrailSite() { std::filesystem::create_directory(site.folder() / "state"); }

void TrailSite::prepare(std::size_t entries) const {
  std::ofstream out(site.audit(), std::ios::binary);
  trail::Link last;
  out << trail::sealed(R"("at":"2026-11-01T08:00:00.000Z","kind":"rotation","action":"begun")", last);
  while (last.sequence < entries)
    out << trail::sealed(
        R"("at":"2026-11-01T08:00:01.000Z","kind":"token","outcome":"granted","action":"issue","app":"vitals","server":"ehr","session":"s-1","patient":"pat-7","uid":1000)",
        last);
}

void TrailSite::start(const std::string& audit, const std::string& repository, const std::string& ehr) {
  settings.fhir_base = ehr;
  settings.more = "[[server]]\nname = \"atna\"\nfhir_base_url = \"" + repository + "\"\n";
  restart(audit);
}

void TrailSite::restart(const std::string& audit) {
  site.start(settings);
  forward(audit);
}

void TrailSite::forward(const std::string& audit) {
  site.write_config(settings);
  std::stringstream text;
  text << std::ifstream(site.config()).rdbuf();
  std::string changed = text.str();
  changed.insert(changed.find("[audit]\n") + 8, audit + "\n");
  std::ofstream(site.config()) << changed;
  const Finished checked = run({{program("wardend"), "--check", "--config", site.config()}});
  ASSERT_EQ(checked.exit_code, 0) << checked.out;
  site.wardend().send_signal(SIGHUP);
}

void TrailSite::lock() const {
  auto control = site.control();
  static_cast<void>(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}}));
}

void TrailSite::make_entries(std::size_t lines) const {
  ASSERT_TRUE(eventually(
      [&] {
        lock();
        return trail().size() >= lines;
      },
      30s));
}

std::vector<std::string> TrailSite::trail() const {
  std::vector<std::string> lines;
  std::ifstream in(site.audit());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> TrailSite::event_ids() const {
  std::vector<std::string> ids;
  for (const std::string& line : trail()) ids.push_back(balp::event_id(json::parse(line, nullptr, false)));
  std::ranges::sort(ids);
  return ids;
}

std::vector<std::string> TrailSite::notices() const {
  auto control = site.control();
  return ask(control, "Control.Status").value("notices", std::vector<std::string>());
}

void TrailSite::expect_all_there(const AuditRepository& repository, std::chrono::milliseconds patience) const {
  ASSERT_TRUE(eventually([&] { return behind("file") == 0 && behind("fhir") == 0; }, patience)) << site.metrics();
  const auto sent = event_ids();
  EXPECT_EQ(std::set(sent.begin(), sent.end()).size(), sent.size());
  EXPECT_EQ(repository.ids(), sent);
}

std::string TrailSite::credential(const std::string& name, const std::string& text) const {
  const auto file = site.folder() / name;
  std::ofstream(file) << text;
  ::chmod(file.c_str(), 0600);
  return file;
}

}  // namespace wardend::test
