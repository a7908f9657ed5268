#include "CGrabCut.h"

#include <cstdio>
#include <exception>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

int lamella_grab_cut(
    const uint8_t *image, size_t height, size_t width, uint8_t *labels, int iterations, char *message,
    size_t message_size) {
  try {
    cv::theRNG().state = 0x1234567;
    // OpenCV reads the image only.
    cv::Mat pixels(static_cast<int>(height), static_cast<int>(width), CV_8UC3, const_cast<uint8_t *>(image));
    cv::Mat mask(static_cast<int>(height), static_cast<int>(width), CV_8UC1, labels);
    cv::Mat background, foreground;
    cv::grabCut(pixels, mask, cv::Rect(), background, foreground, iterations, cv::GC_INIT_WITH_MASK);
    return 0;
  } catch (const std::exception &problem) {
    std::snprintf(message, message_size, "%s", problem.what());
  } catch (...) {
    std::snprintf(message, message_size, "unknown");
  }
  return 1;
}
