// tests/peers/page-judge: a headless Chromium, and axe-core on what it shows.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/integration/child.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

class PageJudge {
 public:
  explicit PageJudge(const Site& site);
  struct View {
    int status = 0;
    std::string address = {};
    std::string text = {};  // what a person reads
  };
  // Goes there as a person would, and is led on to the last page.
  [[nodiscard]] View visit(const std::string& address) const;
  [[nodiscard]] View back() const;
  [[nodiscard]] View look() const;
  // Fails the test for everything that is wrong with the page that stands there, at 1000, 390 and 320 pixels, light and
  // dark, folded and unfolded. WARDEND_SHOTS=FOLDER keeps the pictures.
  void judge(const std::string& name) const;

 private:
  [[nodiscard]] nlohmann::json ask(const std::string& what, const nlohmann::json& parameters) const;
  std::uint16_t port_;
  std::unique_ptr<Child> judge_;
};

}  // namespace wardend::test
