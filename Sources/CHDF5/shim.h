#ifndef LAMELLA_CHDF5_SHIM_H
#define LAMELLA_CHDF5_SHIM_H

#include <hdf5.h>

/* Swift imports no macro that casts, calls H5open() or names a global: each gets an inline function. */

static inline unsigned lamella_h5f_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline unsigned lamella_h5f_acc_rdwr(void) { return H5F_ACC_RDWR; }
static inline unsigned lamella_h5f_acc_trunc(void) { return H5F_ACC_TRUNC; }
static inline unsigned lamella_h5f_acc_excl(void) { return H5F_ACC_EXCL; }
static inline unsigned lamella_h5f_obj_all(void) { return H5F_OBJ_ALL; }
static inline hid_t lamella_h5f_obj_everywhere(void) { return (hid_t)H5F_OBJ_ALL; }

static inline hsize_t lamella_h5s_unlimited(void) { return H5S_UNLIMITED; }
static inline hid_t lamella_h5s_all(void) { return H5S_ALL; }
static inline size_t lamella_h5t_variable(void) { return H5T_VARIABLE; }
static inline haddr_t lamella_haddr_undef(void) { return HADDR_UNDEF; }
static inline hid_t lamella_h5p_default(void) { return H5P_DEFAULT; }

static inline hid_t lamella_h5p_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t lamella_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t lamella_h5p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t lamella_h5p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t lamella_h5p_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline hid_t lamella_h5p_group_access(void) { return H5P_GROUP_ACCESS; }
static inline hid_t lamella_h5p_datatype_access(void) { return H5P_DATATYPE_ACCESS; }
static inline hid_t lamella_h5p_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t lamella_h5p_link_access(void) { return H5P_LINK_ACCESS; }
static inline hid_t lamella_h5p_attribute_create(void) { return H5P_ATTRIBUTE_CREATE; }
static inline hid_t lamella_h5p_object_copy(void) { return H5P_OBJECT_COPY; }

static inline hid_t lamella_h5t_c_s1(void) { return H5T_C_S1; }
static inline hid_t lamella_h5t_ieee_f32le(void) { return H5T_IEEE_F32LE; }
static inline hid_t lamella_h5t_ieee_f32be(void) { return H5T_IEEE_F32BE; }
static inline hid_t lamella_h5t_ieee_f64le(void) { return H5T_IEEE_F64LE; }
static inline hid_t lamella_h5t_ieee_f64be(void) { return H5T_IEEE_F64BE; }
static inline hid_t lamella_h5t_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t lamella_h5t_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t lamella_h5t_std_i64le(void) { return H5T_STD_I64LE; }
static inline hid_t lamella_h5t_std_u64le(void) { return H5T_STD_U64LE; }
static inline hid_t lamella_h5t_std_ref_obj(void) { return H5T_STD_REF_OBJ; }
static inline hid_t lamella_h5t_std_ref_dsetreg(void) { return H5T_STD_REF_DSETREG; }
static inline hid_t lamella_h5t_std_b8le(void) { return H5T_STD_B8LE; }
static inline hid_t lamella_h5t_unix_d32le(void) { return H5T_UNIX_D32LE; }

/* An integer type of any size: a copy of the 64-bit one, cut or stretched. */
static inline hid_t lamella_h5t_integer(size_t size, int is_signed, int big_endian) {
  hid_t type = H5Tcopy(is_signed ? H5T_STD_I64LE : H5T_STD_U64LE);
  if (type < 0) return type;
  if (H5Tset_size(type, size) < 0 || H5Tset_precision(type, size * 8) < 0 ||
      H5Tset_order(type, big_endian ? H5T_ORDER_BE : H5T_ORDER_LE) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

/* IEEE 754 binary16, binary32 and binary64; -1 for any other size. */
static inline hid_t lamella_h5t_float(size_t size, int big_endian) {
  if (size == 4) return H5Tcopy(big_endian ? H5T_IEEE_F32BE : H5T_IEEE_F32LE);
  if (size == 8) return H5Tcopy(big_endian ? H5T_IEEE_F64BE : H5T_IEEE_F64LE);
  if (size != 2) return -1;
  hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  if (type < 0) return type;
  if (H5Tset_fields(type, 15, 10, 5, 0, 10) < 0 || H5Tset_size(type, 2) < 0 ||
      H5Tset_ebias(type, 15) < 0 ||
      H5Tset_order(type, big_endian ? H5T_ORDER_BE : H5T_ORDER_LE) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

static inline hid_t lamella_h5t_bitfield(size_t size, int big_endian) {
  hid_t type = H5Tcopy(H5T_STD_B64LE);
  if (type < 0) return type;
  if (H5Tset_size(type, size) < 0 || H5Tset_precision(type, size * 8) < 0 ||
      H5Tset_order(type, big_endian ? H5T_ORDER_BE : H5T_ORDER_LE) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

/* The error classes and their reasons. */
#define LAMELLA_ERROR_ID(lower, upper) \
  static inline hid_t lamella_h5e_##lower(void) { return H5E_##upper; }
LAMELLA_ERROR_ID(notfound, NOTFOUND)
LAMELLA_ERROR_ID(nothdf5, NOTHDF5)
LAMELLA_ERROR_ID(badfile, BADFILE)
LAMELLA_ERROR_ID(truncated, TRUNCATED)
LAMELLA_ERROR_ID(fileexists, FILEEXISTS)
LAMELLA_ERROR_ID(fileopen, FILEOPEN)
LAMELLA_ERROR_ID(cantopenfile, CANTOPENFILE)
LAMELLA_ERROR_ID(cantlockfile, CANTLOCKFILE)
LAMELLA_ERROR_ID(exists, EXISTS)
LAMELLA_ERROR_ID(nofilter, NOFILTER)
LAMELLA_ERROR_ID(cantfilter, CANTFILTER)
LAMELLA_ERROR_ID(readerror, READERROR)
LAMELLA_ERROR_ID(writeerror, WRITEERROR)
LAMELLA_ERROR_ID(nospace, NOSPACE)
LAMELLA_ERROR_ID(noencoder, NOENCODER)
LAMELLA_ERROR_ID(version, VERSION)
LAMELLA_ERROR_ID(badtype, BADTYPE)
LAMELLA_ERROR_ID(badrange, BADRANGE)
LAMELLA_ERROR_ID(badvalue, BADVALUE)
LAMELLA_ERROR_ID(badatom, BADATOM)
LAMELLA_ERROR_ID(badgroup, BADGROUP)
LAMELLA_ERROR_ID(cantconvert, CANTCONVERT)
LAMELLA_ERROR_ID(cantencode, CANTENCODE)
LAMELLA_ERROR_ID(cantdecode, CANTDECODE)
LAMELLA_ERROR_ID(cantalloc, CANTALLOC)
LAMELLA_ERROR_ID(unsupported, UNSUPPORTED)
LAMELLA_ERROR_ID(cantload, CANTLOAD)
LAMELLA_ERROR_ID(badmesg, BADMESG)
LAMELLA_ERROR_ID(overflow, OVERFLOW)
LAMELLA_ERROR_ID(seekerror, SEEKERROR)
LAMELLA_ERROR_ID(nlinks, NLINKS)
LAMELLA_ERROR_ID(traverse, TRAVERSE)
LAMELLA_ERROR_ID(cantprotect, CANTPROTECT)
LAMELLA_ERROR_ID(baditer, BADITER)
LAMELLA_ERROR_ID(cantopenobj, CANTOPENOBJ)
LAMELLA_ERROR_ID(badselect, BADSELECT)
LAMELLA_ERROR_ID(alreadyexists, ALREADYEXISTS)
LAMELLA_ERROR_ID(file, FILE)
LAMELLA_ERROR_ID(vfl, VFL)
LAMELLA_ERROR_ID(pline, PLINE)
LAMELLA_ERROR_ID(datatype, DATATYPE)
LAMELLA_ERROR_ID(dataspace, DATASPACE)
LAMELLA_ERROR_ID(args, ARGS)
LAMELLA_ERROR_ID(link, LINK)
LAMELLA_ERROR_ID(sym, SYM)
LAMELLA_ERROR_ID(resource, RESOURCE)
LAMELLA_ERROR_ID(ohdr, OHDR)
LAMELLA_ERROR_ID(heap, HEAP)
LAMELLA_ERROR_ID(btree, BTREE)
LAMELLA_ERROR_ID(atom, ATOM)
#undef LAMELLA_ERROR_ID

#endif
