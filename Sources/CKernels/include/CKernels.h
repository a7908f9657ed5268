#pragma once
#include "shuffle.h"
#include "sparsify.h"
