#pragma once
#include "shuffle.h"
#include "sparsify.h"
#include "gather.h"
#include "convert.h"
