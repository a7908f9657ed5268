#pragma once
// The few hot loops of the suite. Each is plain C with run-time dispatch on the CPU; no allocation, no other logic.
#include "rows.h"
#include "products.h"
#include "poisson.h"
#include "quadratic.h"
#include "shuffle.h"
#include "sparsify.h"
#include "deflate.h"
#include "gather.h"
#include "convert.h"
#include "boxes.h"
