// Seconds that it takes to read and inflate the chunks of a dataset, and nothing else: what a sweep is measured against.
//
//   inflate FILE DATASET THREADS REPEATS
//
// Reading goes through libhdf5 one thread at a time, inflating happens on all. Prints the median as JSON.
#include <hdf5.h>
#include <libdeflate.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static hid_t dataset;
static hsize_t chunk_count, next_chunk, grid[32], chunk[32];
static size_t chunk_bytes, inflated;
static int rank;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void fail(const char *what) {
  fprintf(stderr, "inflate: %s\n", what);
  exit(1);
}

static void *work(void *unused) {
  (void)unused;
  struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
  size_t capacity = chunk_bytes + chunk_bytes / 8 + 64;
  unsigned char *stored = malloc(capacity), *values = malloc(chunk_bytes);
  if (!decompressor || !stored || !values) fail("not enough memory");
  size_t total = 0;
  for (;;) {
    hsize_t offset[32], size = 0;
    uint32_t filters;
    pthread_mutex_lock(&gate);
    if (next_chunk == chunk_count) {
      inflated += total;
      pthread_mutex_unlock(&gate);
      break;
    }
    hsize_t rest = next_chunk++;
    for (int i = rank; i-- > 0; rest /= grid[i]) offset[i] = rest % grid[i] * chunk[i];
    if (H5Dget_chunk_storage_size(dataset, offset, &size) < 0) fail("no such chunk");
    if (size > capacity || H5Dread_chunk(dataset, H5P_DEFAULT, offset, &filters, stored) < 0) fail("unreadable chunk");
    pthread_mutex_unlock(&gate);
    size_t length;
    if (libdeflate_zlib_decompress(decompressor, stored, size, values, chunk_bytes, &length) != LIBDEFLATE_SUCCESS)
      fail("a chunk that is not deflated");
    total += length;
  }
  free(stored);
  free(values);
  libdeflate_free_decompressor(decompressor);
  return NULL;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int count, char **words) {
  if (count != 5) fail("usage: inflate FILE DATASET THREADS REPEATS");
  int threads = atoi(words[3]), repeats = atoi(words[4]);
  if (threads < 1 || threads > 64 || repeats < 1 || repeats > 1000) fail("1 to 64 threads, 1 to 1000 repeats");
  double *seconds = calloc((size_t)repeats, sizeof *seconds);
  if (!seconds) fail("not enough memory");
  for (int repeat = 0; repeat < repeats; repeat++) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    hid_t file = H5Fopen(words[1], H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0 || (dataset = H5Dopen2(file, words[2], H5P_DEFAULT)) < 0) fail("no such dataset");
    hid_t plan = H5Dget_create_plist(dataset), type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    hsize_t shape[32];
    rank = H5Pget_chunk(plan, 32, chunk);
    if (rank < 1 || H5Sget_simple_extent_dims(space, shape, NULL) != rank) fail("not a chunked dataset");
    chunk_bytes = H5Tget_size(type);
    chunk_count = 1;
    for (int i = 0; i < rank; i++) {
      grid[i] = (shape[i] + chunk[i] - 1) / chunk[i];
      chunk_count *= grid[i];
      chunk_bytes *= chunk[i];
    }
    next_chunk = 0;
    inflated = 0;
    pthread_t workers[64];
    for (int i = 0; i < threads; i++)
      if (pthread_create(&workers[i], NULL, work, NULL)) fail("no thread");
    for (int i = 0; i < threads; i++) pthread_join(workers[i], NULL);
    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(plan);
    H5Dclose(dataset);
    H5Fclose(file);
    clock_gettime(CLOCK_MONOTONIC, &end);
    seconds[repeat] = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  }
  qsort(seconds, (size_t)repeats, sizeof *seconds, ascending);
  printf("{\"seconds\": %.6f, \"bytes\": %zu}\n", seconds[repeats / 2], inflated);
  return 0;
}
