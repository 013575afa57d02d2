#include "base/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

namespace wardend::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::critical:
      return spdlog::level::critical;
  }
  return spdlog::level::critical;
}

Level from_spdlog(spdlog::level::level_enum level) {
  if (level <= spdlog::level::debug) return Level::debug;
  if (level == spdlog::level::info) return Level::info;
  if (level == spdlog::level::warn) return Level::warn;
  return level == spdlog::level::err ? Level::error : Level::critical;
}

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(Sink sink) : sink_(std::move(sink)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    sink_(from_spdlog(message.level), {message.payload.data(), message.payload.size()});
  }
  void flush_() override {}
  Sink sink_;
};

// spdlog's logger behind a function, so that the first line may come from anywhere.
std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> the = [] {
    auto made = std::make_shared<spdlog::logger>("wardend", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made->set_pattern("%H:%M:%S.%e %^%-8l%$ %v");
    return made;
  }();
  return the;
}

// Control characters from outside cannot break a line or drive a terminal.
void append_escaped(std::string& line, std::string_view value) {
  const bool quote = value.empty() || value.find_first_of(" =\"") != std::string_view::npos;
  if (quote) line.push_back('"');
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      line += fmt::format("\\x{:02x}", byte);
    else if (c == '"')
      line += "\\\"";
    else
      line.push_back(c);
  }
  if (quote) line.push_back('"');
}

}  // namespace

void write(Level level, std::string_view text, std::initializer_list<Field> fields) {
  if (!logger()->should_log(to_spdlog(level))) return;
  std::string line(text);
  for (const Field& field : fields) {
    line.push_back(' ');
    line += field.key;
    line.push_back('=');
    append_escaped(line, field.value);
  }
  logger()->log(to_spdlog(level), "{}", line);
}

void set_sink(Sink sink) {
  const auto level = logger()->level();
  logger() = std::make_shared<spdlog::logger>("wardend", std::make_shared<FunctionSink>(std::move(sink)));
  logger()->set_level(level);
}

void set_level(Level least) { logger()->set_level(to_spdlog(least)); }

}  // namespace wardend::log
