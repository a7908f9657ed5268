#include <cblas.h>
#define lapack_complex_float struct { float real, imaginary; }
#define lapack_complex_double struct { double real, imaginary; }
#include <lapacke.h>
