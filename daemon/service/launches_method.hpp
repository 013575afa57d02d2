// Launches: the launch matrix. The caller's role has been checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/live.hpp"
#include "daemon/launch/launch_matrix.hpp"
#include "daemon/launch/matrix_file.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/control_trail.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

// Which part of the matrix is meant; without a name it is all.
struct MatrixPart {
  std::optional<std::string> app = {};
  std::optional<std::string> server = {};
};
// The rows of that part, those of one app and server together, the most frequent first.
[[nodiscard]] std::vector<ipc::control::LaunchRow> launch_rows(const launch::LaunchMatrix& matrix,
                                                               const MatrixPart& part);

class LaunchesMethod {
 public:
  LaunchesMethod(const config::Live& config, const launch::LaunchMatrix& matrix, const launch::MatrixFile& file,
                 ControlTrail& trail)
      : config_(config), matrix_(matrix), file_(file), trail_(trail) {}

  // UnknownApp, UnknownServer: neither configured nor in the matrix.
  Answer<ipc::control::LaunchesReply> launches(const ipc::Call& call, ipc::control::LaunchesParameters in);

 private:
  const config::Live& config_;
  const launch::LaunchMatrix& matrix_;
  const launch::MatrixFile& file_;
  ControlTrail& trail_;
};

}  // namespace wardend::service
