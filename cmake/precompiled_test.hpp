// precompiled.hpp with GoogleTest: for the test programs.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cmake/precompiled.hpp"
