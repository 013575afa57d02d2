// Reads the members of a JSON object one by one, each at most once, and finds what is wrong with them: for the control
// interface, whose errors must name the member. For .cpp files only, since it needs all of nlohmann/json.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::sandbox {

class Members {
 public:
  // The error says why `text` is no JSON object.
  [[nodiscard]] static std::expected<Members, std::string> parse(std::string_view text);

  // Each is nullopt where the member is absent or wrong; problem() then knows which.
  [[nodiscard]] std::optional<std::string> text(const std::string& name);
  [[nodiscard]] std::optional<bool> boolean(const std::string& name);
  [[nodiscard]] std::optional<std::int64_t> integer(const std::string& name, std::int64_t least, std::int64_t most);
  [[nodiscard]] std::optional<std::chrono::milliseconds> seconds(const std::string& name);
  [[nodiscard]] std::vector<std::string> texts(const std::string& name);
  // The index of the member's value in `names`.
  [[nodiscard]] std::optional<std::size_t> choice(const std::string& name, std::span<const char* const> names);
  // An object, as JSON text.
  [[nodiscard]] std::optional<std::string> object(const std::string& name);
  // Whatever it is.
  [[nodiscard]] std::optional<nlohmann::json> take(const std::string& name);
  void complain(const std::string& name, const std::string& what);

  // The first thing that was wrong; a member that nobody asked for counts. Call it last.
  [[nodiscard]] std::optional<std::string> problem();

 private:
  nlohmann::json left_;
  std::optional<std::string> problem_;
};

// Empty: `object` has no text of that name.
[[nodiscard]] std::string text_in(const nlohmann::json& object, const char* name);

}  // namespace wardend::sandbox
