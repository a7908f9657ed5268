import Glibc

/// How many files the program may have open.
enum OpenFiles {
  /// Raises the number to what the system allows at most: a project may have thousands of files, and shells allow 1024.
  static func allowMany() {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(files, &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(files, &limit)
  }
}
