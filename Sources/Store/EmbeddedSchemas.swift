// swift-format-ignore-file
/// The files of the folder Schemas, written here by Schemas/embed; a test compares them.
enum EmbeddedSchemas {
  static let texts: [String: String] = [
    "axis": #"""
      {
        "kind": "axis", "version": 1,
        "summary": "The calibrated values of an axis, one per index.",
        "node": {
          "object": "dataset", "type": ["float"], "rank": 1,
          "attributes": {
            "axis_name": {"type": "string", "summary": "The exact name; the link's name is one that NeXus allows."},
            "units": {"type": "string", "summary": "Empty when unknown."},
            "role": {"type": "string", "values": ["navigation", "signal"]},
            "uniform": {"type": "boolean", "summary": "Whether the values are offset + scale * index."},
            "scale": {"type": "float"},
            "offset": {"type": "float"},
            "long_name": {"type": "string", "optional": true}
          }
        }
      }
      """#,
    "hyperspy-experiment": #"""
      {
        "kind": "hyperspy-experiment", "version": 1,
        "summary": "The view of a map that HyperSpy 2 reads.",
        "node": {
          "object": "group",
          "attributes": {
            "package": {"type": "string", "variable": true, "optional": true, "summary": "The module that HyperSpy imports first."},
            "package_version": {"type": "string", "variable": true, "optional": true}
          },
          "children": {
            "data": {"object": "dataset", "type": ["integer", "float", "boolean", "complex"], "chunked": true, "digest": false},
            "metadata": {"object": "group"},
            "original_metadata": {"object": "group"},
            "learning_results": {"object": "group", "optional": true}
          },
          "rules": ["hyperspy-axes", "all-chunked"]
        }
      }
      """#,
    "image": #"""
      {
        "kind": "image", "version": 1,
        "summary": "An image that belongs to a map; of one in colours the last axis is the colour.",
        "node": {
          "object": "group",
          "attributes": {
            "NX_class": {"type": "string", "values": ["NXdata"]},
            "lamella_kind": {"type": "string", "values": ["image"]},
            "lamella_version": {"type": "integer", "values": [1]},
            "signal": {"type": "string", "values": ["image"]},
            "axes": {"type": "strings"},
            "quantity": {"type": "string"}
          },
          "children": {
            "title": {"object": "dataset", "type": ["string"], "rank": 0},
            "image": {"object": "dataset", "type": ["integer", "float", "boolean", "complex"]},
            "provenance": {"schema": "provenance", "optional": true}
          },
          "rules": ["plottable"]
        }
      }
      """#,
    "map": #"""
      {
        "kind": "map", "version": 1,
        "summary": "An array with calibrated axes, its metadata, and all that was made from it.",
        "node": {
          "object": "group",
          "attributes": {
            "NX_class": {"type": "string", "values": ["NXentry"]},
            "lamella_kind": {"type": "string", "values": ["map"]},
            "lamella_version": {"type": "integer", "values": [1]},
            "lamella_complete": {"type": "boolean", "values": [true], "summary": "False while the import runs."},
            "default": {"type": "string", "values": ["data"]},
            "signal_type": {"type": "string", "summary": "HyperSpy's word, or empty."},
            "quantity": {"type": "string", "summary": "What the values are, with their unit, or empty."},
            "original_file": {"type": "string", "optional": true}
          },
          "children": {
            "title": {"object": "dataset", "type": ["string"], "rank": 0},
            "start_time": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true, "summary": "ISO 8601."},
            "experiment_description": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true},
            "user": {
              "object": "group", "optional": true,
              "attributes": {"NX_class": {"type": "string", "values": ["NXuser"]}},
              "children": {"name": {"object": "dataset", "type": ["string"], "rank": 0}}
            },
            "data": {
              "object": "group",
              "attributes": {
                "NX_class": {"type": "string", "values": ["NXdata"]},
                "signal": {"type": "string", "values": ["counts", "intensity"]},
                "axes": {"type": "strings"}
              },
              "rules": ["plottable", "signal-chunked"]
            },
            "sample": {
              "object": "group",
              "attributes": {"NX_class": {"type": "string", "values": ["NXsample"]}},
              "children": {
                "name": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true},
                "description": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true},
                "elements": {"object": "dataset", "type": ["string"], "rank": 1, "summary": "Element symbols."},
                "thickness": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["nm"]}}},
                "density": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["g/cm^3"]}}}
              }
            },
            "instrument": {
              "object": "group",
              "attributes": {"NX_class": {"type": "string", "values": ["NXinstrument"]}},
              "children": {
                "name": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true},
                "acquisition_mode": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true},
                "source": {
                  "object": "group",
                  "attributes": {"NX_class": {"type": "string", "values": ["NXsource"]}},
                  "children": {
                    "energy": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["keV"]}}},
                    "current": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["nA"]}}}
                  }
                },
                "beam": {
                  "object": "group",
                  "attributes": {"NX_class": {"type": "string", "values": ["NXbeam"]}},
                  "children": {
                    "convergence_angle": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["mrad"]}}},
                    "working_distance": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["mm"]}}},
                    "magnification": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true}
                  }
                },
                "detector": {
                  "object": "group",
                  "attributes": {"NX_class": {"type": "string", "values": ["NXdetector"]}},
                  "children": {
                    "description": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true},
                    "type": {"object": "dataset", "type": ["string"], "rank": 0, "optional": true, "summary": "The kind of detector: SDD, SuperX."},
                    "frames": {"object": "dataset", "type": ["integer"], "rank": 0, "optional": true},
                    "collection_angle": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["mrad"]}}},
                    "camera_length": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["mm"]}}},
                    "count_time": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["s"]}}},
                    "live_time": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["s"]}}},
                    "real_time": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["s"]}}},
                    "energy_resolution": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["eV"]}}},
                    "azimuthal_angle": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["deg"]}}},
                    "elevation_angle": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["deg"]}}},
                    "solid_angle": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["sr"]}}}
                  }
                },
                "stage": {
                  "object": "group",
                  "attributes": {"NX_class": {"type": "string", "values": ["NXpositioner"]}},
                  "children": {
                    "tilt_alpha": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["deg"]}}},
                    "x": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["mm"]}}},
                    "y": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["mm"]}}},
                    "z": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["mm"]}}},
                    "rotation": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["deg"]}}},
                    "tilt_beta": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "attributes": {"units": {"type": "string", "values": ["deg"]}}}
                  }
                }
              }
            },
            "vendor": {"object": "group", "summary": "The vendor's own metadata, complete."},
            "hyperspy": {"object": "group", "optional": true, "summary": "HyperSpy's metadata as the source had it."},
            "provenance": {"schema": "provenance", "optional": true},
            "images": {"object": "group", "optional": true, "others": {"schema": "image"}},
            "masks": {"object": "group", "optional": true, "others": {"schema": "mask"}},
            "results": {"object": "group", "optional": true, "others": {"schema": "result"}}
          }
        }
      }
      """#,
    "mask": #"""
      {
        "kind": "mask", "version": 1,
        "summary": "A choice of pixels of a map: true for those that belong to it.",
        "node": {
          "object": "group",
          "attributes": {
            "NX_class": {"type": "string", "values": ["NXdata"]},
            "lamella_kind": {"type": "string", "values": ["mask"]},
            "lamella_version": {"type": "integer", "values": [1]},
            "signal": {"type": "string", "values": ["mask"]},
            "axes": {"type": "strings"}
          },
          "children": {
            "mask": {"object": "dataset", "type": ["boolean"]},
            "level": {"object": "dataset", "type": ["float"], "rank": 0, "optional": true, "summary": "The value of an image above which pixels belong to it."},
            "provenance": {"schema": "provenance"}
          },
          "rules": ["plottable", "mask-covers-map"]
        }
      }
      """#,
    "model": #"""
      {
        "kind": "model", "version": 1,
        "summary": "A trained model: tensors by the names of a state dictionary.",
        "node": {
          "object": "group",
          "attributes": {
            "NX_class": {"type": "string", "values": ["NXcollection"]},
            "lamella_kind": {"type": "string", "values": ["model"]},
            "lamella_version": {"type": "integer", "values": [1]},
            "order": {"type": "strings", "summary": "The names of the tensors in the order of the state dictionary."}
          },
          "children": {
            "architecture": {"object": "dataset", "type": ["string"], "rank": 0, "summary": "JSON."},
            "training": {"object": "dataset", "type": ["string"], "rank": 0, "summary": "JSON."},
            "tensors": {"object": "group", "others": {"object": "dataset", "type": ["integer", "float", "boolean", "complex"]}},
            "provenance": {"schema": "provenance"}
          },
          "rules": ["model-order"]
        }
      }
      """#,
    "provenance": #"""
      {
        "kind": "provenance", "version": 1,
        "summary": "What made an object, as an NXprocess.",
        "node": {
          "object": "group",
          "attributes": {"NX_class": {"type": "string", "values": ["NXprocess"]}},
          "children": {
            "operation": {"object": "dataset", "type": ["string"], "rank": 0},
            "parameters": {"object": "dataset", "type": ["string"], "rank": 0, "summary": "JSON: the options value that ran, seed included."},
            "program": {"object": "dataset", "type": ["string"], "rank": 0},
            "version": {"object": "dataset", "type": ["string"], "rank": 0},
            "commit": {"object": "dataset", "type": ["string"], "rank": 0},
            "date": {"object": "dataset", "type": ["string"], "rank": 0, "summary": "Start, ISO 8601, UTC."},
            "duration": {"object": "dataset", "type": ["float"], "rank": 0, "attributes": {"units": {"type": "string", "values": ["s"]}}},
            "processor": {"object": "dataset", "type": ["string"], "rank": 0},
            "cores": {"object": "dataset", "type": ["integer"], "rank": 0},
            "host": {"object": "dataset", "type": ["string"], "rank": 0},
            "system": {"object": "dataset", "type": ["string"], "rank": 0},
            "note": {"object": "dataset", "type": ["string"], "rank": 0},
            "inputs": {
              "object": "group",
              "children": {
                "path": {"object": "dataset", "type": ["string"], "rank": 1},
                "file": {"object": "dataset", "type": ["string"], "rank": 1, "summary": "Relative to the folder of this file, or absolute; empty for this file."},
                "sha256": {"object": "dataset", "type": ["string"], "rank": 1, "summary": "Empty when unknown."},
                "size": {"object": "dataset", "type": ["integer"], "rank": 1, "summary": "-1 when unknown."}
              },
              "rules": ["equal-lengths"]
            }
          },
          "rules": ["parameters-are-json"]
        }
      }
      """#,
    "result": #"""
      {
        "kind": "result", "version": 1,
        "summary": "What an operation left, or, while it is not complete, the state to resume it from.",
        "node": {
          "object": "group", "includes": "provenance",
          "attributes": {
            "lamella_kind": {"type": "string", "values": ["result"]},
            "lamella_version": {"type": "integer", "values": [1]},
            "lamella_complete": {"type": "boolean", "summary": "False for a checkpoint."},
            "default": {"type": "string", "optional": true}
          },
          "children": {
            "sequence_index": {"object": "dataset", "type": ["integer"], "rank": 0},
            "scalars": {"object": "group", "optional": true},
            "state": {"object": "group", "optional": true, "summary": "The arrays of a checkpoint."}
          },
          "rules": ["data-groups-plottable", "default-leads-to-data", "table-columns-have-units"]
        }
      }
      """#,
    "root": #"""
      {
        "kind": "root", "version": 1,
        "summary": "The file as a whole.",
        "node": {
          "object": "group",
          "attributes": {
            "NX_class": {"type": "string", "values": ["NXroot"]},
            "lamella_kind": {"type": "string", "values": ["root"]},
            "lamella_version": {"type": "integer", "values": [1]},
            "lamella_layout": {"type": "integer", "values": [1], "summary": "Version of the layout as a whole."},
            "file_format": {"type": "string", "values": ["HyperSpy"], "optional": true},
            "file_format_version": {"type": "string", "summary": "HyperSpy refuses a file without it."},
            "default": {"type": "string", "optional": true, "summary": "The map that viewers show first; needed once there is a map."}
          },
          "children": {
            "series": {"object": "group", "optional": true, "others": {"schema": "series"}},
            "models": {"object": "group", "optional": true, "others": {"schema": "model"}},
            "checksums": {
              "object": "group", "optional": true,
              "attributes": {"NX_class": {"type": "string", "values": ["NXcollection"]}},
              "others": {"object": "dataset", "type": ["integer"], "summary": "The CRC-32 of each chunk of an array."}
            },
            "Experiments": {"object": "group", "optional": true, "others": {"schema": "hyperspy-experiment"}}
          },
          "others": {"schema": "map"},
          "rules": ["default-leads-to-data", "no-dangling-links", "one-experiment-per-map"]
        }
      }
      """#,
    "series": #"""
      {
        "kind": "series", "version": 1,
        "summary": "Maps that are processed as one matrix, in order.",
        "node": {
          "object": "group",
          "attributes": {
            "NX_class": {"type": "string", "values": ["NXcollection"]},
            "lamella_kind": {"type": "string", "values": ["series"]},
            "lamella_version": {"type": "integer", "values": [1]},
            "order": {"type": "strings", "summary": "The names of the links in maps."}
          },
          "children": {
            "maps": {"object": "group", "summary": "Soft links to maps of this file, external links to maps of others."},
            "results": {"object": "group", "optional": true, "others": {"schema": "result"}}
          },
          "rules": ["series-order"]
        }
      }
      """#,
  ]
}
