#include <xraylib.h>
