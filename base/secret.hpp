// A Secret holds bytes that must never be printed, copied by accident, compared in variable time or left behind in
// memory: access and refresh tokens, codes, verifiers, launch values. It cannot be formatted or streamed (it does not
// compile); reading it takes the word `reveal`, which a reviewer can search for.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace wardend {

// Overwrites `size` bytes at `data` in a way that the compiler may not remove.
void wipe(void* data, std::size_t size) noexcept;

// Overwrites and empties a string that held something secret for a moment.
void wipe(std::string& text) noexcept;

class Secret {
 public:
  Secret() = default;
  // Takes a copy of `text`; the caller's own copy stays the caller's to wipe.
  explicit Secret(std::string_view text);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // Room for up to `most` bytes that `write(char*)` fills; it returns how many it wrote. For text that is put together
  // of parts, so that no second copy of it is ever made.
  template <typename Write>
  [[nodiscard]] static Secret written(std::size_t most, Write write) {
    Secret secret;
    secret.bytes_.reset(new char[most]);
    secret.size_ = write(secret.bytes_.get());
    return secret;
  }

  // A second, independent copy: said out loud, so that it can be counted.
  [[nodiscard]] Secret clone() const { return Secret(reveal()); }
  [[nodiscard]] std::string_view reveal() const { return {bytes_.get(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // Constant time for equal lengths.
  [[nodiscard]] bool equals(std::string_view other) const;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

}  // namespace wardend
