// A parser's tree of commands as plain values.
#pragma once

#include "wardctl/completion.hpp"

namespace CLI {
class App;
}

namespace wardend::wardctl {

// `app` and every command below it, with their options.
[[nodiscard]] CommandNode describe(const CLI::App& app);

}  // namespace wardend::wardctl
