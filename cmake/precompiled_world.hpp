// precompiled_test.hpp with the world of all rooms over fakes: for the unit tests that play in it.
#pragma once

#include "cmake/precompiled_test.hpp"
#include "tests/unit/service/service_world.hpp"
