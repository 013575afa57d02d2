// precompiled.hpp with the sessions, the workstation and the interfaces: for the rooms that stand above them.
#pragma once

#include "base/http_client.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "cmake/precompiled.hpp"
#include "config/live.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
