#include "daemon/rehearsal_stage.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "base/json.hpp"
#include "config/loader.hpp"
#include "config/refreshable.hpp"

namespace wardend {
namespace {

constexpr int exit_usage = 2;
constexpr int exit_unknown_name = 67;  // EX_NOUSER
constexpr int exit_config = 78;        // EX_CONFIG

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The main file and its drop-ins, which load() has read before.
std::vector<std::string> texts_of(const std::filesystem::path& main) {
  std::error_code failed;
  std::vector<std::string> texts;
  for (const auto& file : config::files_of(main, failed)) texts.push_back(text_of(file));
  return texts;
}

std::string_view word_of(config::PatientContext context) {
  switch (context) {
    case config::PatientContext::required:
      return "required";
    case config::PatientContext::optional:
      return "optional";
    case config::PatientContext::none:
      return "none";
  }
  return "";
}

int refuse(int code, const std::string& why) {
  fmt::print(stderr, "wardend: {}\n", why);
  return code;
}

}  // namespace

int print_stage(const std::string& configuration_file, config::Cast cast, const config::Stage& stage) {
  const config::Loaded loaded = config::load_to_read(configuration_file, config::Files::left_alone);
  if (!loaded.config) {
    for (const std::string& error : loaded.errors()) fmt::print(stderr, "{}\n", error);
    return exit_config;
  }
  const config::App* app = loaded.config->app(cast.app);
  if (app == nullptr) return refuse(exit_unknown_name, "the configuration has no app " + cast.app);
  if (cast.server.empty() && app->servers.size() == 1) cast.server = app->servers.front();
  if (cast.server.empty()) return refuse(exit_usage, "app " + cast.app + " has several servers: name one");
  const auto staged = config::set_stage(texts_of(configuration_file), cast, stage);
  if (!staged) return refuse(exit_unknown_name, staged.error());
  fmt::print("{}\n", dump_json({{"app", app->id},
                                {"name", app->name},
                                {"server", cast.server},
                                {"digest", loaded.config->digest},
                                {"launch_ehr", app->launch_ehr},
                                {"patient_context", word_of(app->patient_context)},
                                {"refreshes", config::asks_to_refresh(*app)},
                                {"advice", app->advice},
                                {"configuration", staged->text},
                                {"replaced", staged->replaced}}));
  return 0;
}

}  // namespace wardend
