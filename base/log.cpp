#include "base/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>

#include "base/line_writer.hpp"
#include "base/repeats.hpp"

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

class StandardError final : public spdlog::sinks::base_sink<std::mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    spdlog::details::log_msg told = message;
    // Before 1970 the formatter counts the milliseconds from the wrong side.
    if (told.time.time_since_epoch().count() < 0) told.time = std::chrono::floor<std::chrono::seconds>(told.time);
    formatter_->format(told, line);
    std::string_view text(line.data(), line.size());
    if (text.ends_with('\n')) text.remove_suffix(1);
    writer_.write(text);
  }
  void flush_() override {}
  LineWriter writer_{STDERR_FILENO};
};

// spdlog's logger behind a function, so that the first line may come from anywhere.
std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> the = [] {
    auto made = std::make_shared<spdlog::logger>("wardend", std::make_shared<StandardError>());
    made->set_pattern("%H:%M:%S.%e %-8l %v");
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

void append_field(std::string& line, const Field& field) {
  line.push_back(' ');
  line += field.key;
  line.push_back('=');
  append_escaped(line, field.value);
}

std::string line_of(std::string_view text, std::initializer_list<Field> fields) {
  std::string line(text);
  for (const Field& field : fields) append_field(line, field);
  return line;
}

struct Line {
  Level level;
  std::string text;
};

void put(Line line, std::uint64_t left_out) {
  if (left_out > 0) append_field(line.text, {"left_out", left_out});
  logger()->log(to_spdlog(line.level), "{}", line.text);
}

// By text: a flood of one kind takes no other's room.
using BoundedLines = std::map<std::string, Repeats<Line>, std::less<>>;
BoundedLines& bounded_lines() {
  static BoundedLines the;
  return the;
}

BootTime monotonic_now() { return BootTime(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

bool wants(Level level) { return logger()->should_log(to_spdlog(level)); }

void write(Level level, std::string_view text, std::initializer_list<Field> fields) {
  if (!logger()->should_log(to_spdlog(level))) return;
  logger()->log(to_spdlog(level), "{}", line_of(text, fields));
}

void bounded(Level level, std::string_view text, const std::string& cause, std::initializer_list<Field> fields) {
  if (!logger()->should_log(to_spdlog(level))) return;
  auto known = bounded_lines().find(text);
  if (known == bounded_lines().end()) {
    Line others{level, std::string(text) + " cause=others"};
    constexpr Repeats<Line>::Limits limits{.told = 5, .kinds_of_one = 16, .kinds_of_all = 16};
    known = bounded_lines().try_emplace(std::string(text), limits, std::move(others)).first;
  }
  if (auto told = known->second.note("", cause, {level, line_of(text, fields)}, monotonic_now()))
    put(std::move(told->what), told->left_out);
}

void tell_left_out() {
  for (auto& [text, lines] : bounded_lines())
    for (auto& told : lines.due(monotonic_now())) put(std::move(told.what), told.left_out);
}

void tell_all_left_out() {
  for (auto& [text, lines] : bounded_lines())
    for (auto& told : lines.rest(monotonic_now())) put(std::move(told.what), told.left_out);
}

void set_sink(Sink sink) {
  const auto level = logger()->level();
  logger() = std::make_shared<spdlog::logger>("wardend", std::make_shared<FunctionSink>(std::move(sink)));
  logger()->set_level(level);
  bounded_lines().clear();
}

void set_level(Level least) { logger()->set_level(to_spdlog(least)); }

}  // namespace wardend::log
