"""Products of GeoTIFF or JPEG 2000 with metadata files: EnMAP, DESIS, Hyperion, Sentinel-2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray

from engine.spectral.sensors import SENSORS

from .scene import PLACE, UTM33, Made, nm, reflectance


def write_raster(path: Path, stored: NDArray[np.generic], transform: Affine = PLACE, **options: object) -> Path:
    """A raster of (bands, rows, cols) without band metadata."""
    with rasterio.open(path, "w", count=len(stored), height=stored.shape[1], width=stored.shape[2],
                       dtype=stored.dtype, crs=f"EPSG:{UTM33}", transform=transform,
                       **{"driver": "GTiff", **options}) as file:
        file.write(stored)
    return path


def write_enmap(folder: Path, level: str = "L2A", arm: str = "") -> Made:
    """EnMAP (EN-PCV-ICD-2009-2): detectors that overlap, gains by band; in L2A one band without data.

    Args:
        folder: where to write.
        level: ``L1B``, ``L1C`` or ``L2A``.
        arm: the image to open of L1B, ``VNIR`` or ``SWIR``.
    """
    vnir, swir = nm(450, 993, 6), nm(902, 2445, 9)
    wavelength_nm, fwhm_nm = np.concatenate([vnir, swir]), np.repeat([6.5, 8.0], [6, 9])
    gain = np.full(15, 1e-4) if level == "L2A" else np.linspace(1e-5, 3e-5, 15)
    offset = np.zeros(15) if level == "L2A" else np.linspace(-1e-3, 2e-3, 15)
    nodata, dtype = (-32768, np.int16) if level == "L2A" else (0, np.uint16)
    stored = np.rint(reflectance(15, 22, 18) * (1e4 if level == "L2A" else 3e4)).astype(dtype)
    stored[:, :4, :5] = nodata
    if level == "L2A":
        stored[10] = nodata
    values = np.where(stored == nodata, np.nan, stored * gain[:, None, None] + offset[:, None, None])
    stem = f"ENMAP01-____{level}-DT0000001049_20220612T105735Z_028_V010303_20230922T131813Z"
    # Channels 11 is not delivered; bandID stands elsewhere in the file, too.
    bands = "".join(f'<bandID number="{i + 1}"><wavelengthCenterOfBand>{wavelength_nm[i]}</wavelengthCenterOfBand>'
                    f"<FWHMOfBand>{fwhm_nm[i]}</FWHMOfBand><GainOfBand>{gain[i]:.9g}</GainOfBand>"
                    f"<OffsetOfBand>{offset[i]:.9g}</OffsetOfBand></bandID>" for i in range(15))
    lists = [", ".join(str(i) for i in numbers if i != 11) for numbers in (range(1, 7), range(7, 16))]
    (folder / f"{stem}-METADATA.XML").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><level_X><base><level>{level}</level><mission>EnMAP</mission></base>'
        "<product><image><vnir><channels>6</channels></vnir></image><navigation><RPC><bandID number='1'><ROW_OFF>0"
        f"</ROW_OFF></bandID></RPC></navigation></product><specific><backgroundValue>{nodata}</backgroundValue>"
        f"<vnirProductQuality><expectedChannelsList>{lists[0]}</expectedChannelsList></vnirProductQuality>"
        f"<swirProductQuality><expectedChannelsList>{lists[1]}</expectedChannelsList></swirProductQuality>"
        f"<bandCharacterisation>{bands}</bandCharacterisation></specific></level_X>")
    if level != "L1B":
        path = write_raster(folder / f"{stem}-SPECTRAL_IMAGE.TIF", stored)
        return Made(path, values, wavelength_nm, fwhm_nm)
    parts = {"VNIR": slice(0, 6), "SWIR": slice(6, 15)}
    for name, part in parts.items():
        write_raster(folder / f"{stem}-SPECTRAL_IMAGE_{name}.TIF", stored[part])
    part = parts[arm]
    return Made(folder / f"{stem}-SPECTRAL_IMAGE_{arm}.TIF", values[part], wavelength_nm[part], fwhm_nm[part])


def write_desis(folder: Path, level: str = "L2A") -> Made:
    """DESIS (PAV-DLR-TN-003): int16 by pixel, gains and offsets by band, -32768 off the swath."""
    wavelength_nm, fwhm_nm = nm(402, 1000, 20), np.full(20, 3.5)
    gain = np.full(20, 1e-4) if level == "L2A" else np.linspace(2e-3, 4e-3, 20)
    offset = np.zeros(20) if level == "L2A" else np.linspace(0, 0.5, 20)
    stored = np.rint(reflectance(20, 19, 23) * 1e4).astype(np.int16)
    stored[:, -3:, -4:] = -32768
    values = np.where(stored == -32768, np.nan, stored * gain[:, None, None] + offset[:, None, None])
    stem = f"DESIS-HSI-{level}-DT0884573241_001-20200601T234520-V0210"
    bands = "".join(f"<band><bandNumber>{i + 1}</bandNumber><wavelengthWidthOfBand>{fwhm_nm[i]}</wavelengthWidthOfBand>"
                    f"<response>0,1,0</response><wavelengths>1,2,3</wavelengths><wavelengthCenterOfBand>"
                    f"{wavelength_nm[i]}</wavelengthCenterOfBand><gainOfBand>{gain[i]:.9g}</gainOfBand><offsetOfBand>"
                    f"{offset[i]:.9g}</offsetOfBand></band>" for i in range(20))
    (folder / f"{stem}-METADATA.xml").write_text(
        f"<hsi_doc><metadata><mission>DESIS</mission></metadata><base><processingLevel>{level}</processingLevel></base>"
        f"<specific><bandCharacterisation>{bands}</bandCharacterisation><interiorOrientation><band><bandNumber>1"
        "</bandNumber></band></interiorOrientation></specific></hsi_doc>")
    path = write_raster(folder / f"{stem}-SPECTRAL_IMAGE.tif", stored, interleave="pixel")
    return Made(path, values, wavelength_nm, fwhm_nm)


def write_hyperion(folder: Path) -> Made:
    """Hyperion L1T (EO-1 User Guide): a file a band, radiance x 40 and x 80, 0 where a band is not calibrated."""
    numbers = np.array([5, 10, 30, 56, 57, 78, 100, 150, 220, 230])
    table = SENSORS["Hyperion"].bands
    scale = np.where(numbers <= 70, 40.0, 80.0)[:, None, None]
    stored = np.rint(reflectance(len(numbers), 20, 16) * 5000).astype(np.int16)
    stored[[0, -1]] = 0
    stored[:, :2] = 0
    for number, plane in zip(numbers, stored, strict=True):
        write_raster(folder / f"EO1H0440342011134110KF_B{number:03d}_L1T.TIF", plane[None])
    metadata = folder / "EO1H0440342011134110KF_MTL_L1T.TXT"
    metadata.write_text("GROUP = L1_METADATA_FILE\n  GROUP = RADIANCE_SCALING\n    SCALING_FACTOR_VNIR = 40.000000\n"
                        "    SCALING_FACTOR_SWIR = 80.000000\n  END_GROUP = RADIANCE_SCALING\nEND\n")
    return Made(metadata, np.where(stored == 0, np.nan, stored / scale), table.wavelength_nm[numbers - 1],
                table.fwhm_nm[numbers - 1])


def write_safe(folder: Path, level: str = "L2A", offset: int = -1000) -> Made:
    """Sentinel-2 (S2-PDGS-TAS-DI-PSD): JPEG 2000 at 10, 20 and 60 m, offsets since baseline 04.00; some bands."""
    sizes = {"B01": 60, "B02": 10, "B03": 10, "B8A": 20, "B11": 20}
    order = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"]
    rows, cols = 48, 36
    safe = folder / f"S2A_MSI{level}_20230101T000000_N0509_R022_T33UUU_20230101T000000.SAFE"
    granule = f"GRANULE/{level}_T33UUU_A0/IMG_DATA"
    place, names, truth = PLACE @ Affine.scale(1 / 3), [], []
    for seed, (band, gsd_m) in enumerate(sizes.items()):
        factor = gsd_m // 10
        stored = np.rint(reflectance(1, rows // factor, cols // factor, seed) * 1e4) - offset
        stored[:, 0, :2] = 0
        name = f"{granule}/T33UUU_{band}" if level == "L1C" else f"{granule}/R{gsd_m}m/T33UUU_{band}_{gsd_m}m"
        (safe / name).parent.mkdir(parents=True, exist_ok=True)
        write_raster(safe / f"{name}.jp2", stored.astype(np.uint16), place @ Affine.scale(factor),
                     driver="JP2OpenJPEG", QUALITY="100", REVERSIBLE="YES", YCBCR420="NO")
        names.append(name)
        fine = stored[0].repeat(factor, 0).repeat(factor, 1).astype(float)
        truth.append(np.where(fine == 0, np.nan, (fine + offset) / 1e4))
    kind = "BOA" if level == "L2A" else "RADIO"
    offsets = "".join(f'<{kind}_ADD_OFFSET band_id="{i}">{offset}</{kind}_ADD_OFFSET>' for i in range(13))
    value = f'<{"BOA_" if level == "L2A" else ""}QUANTIFICATION_VALUE unit="none">10000</' \
            f'{"BOA_" if level == "L2A" else ""}QUANTIFICATION_VALUE>'
    (safe / f"MTD_MSI{level}.xml").write_text(
        f'<?xml version="1.0"?><n1:Level-{level[1:]}_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/'
        f'User_Product_Level-{level[1:]}.xsd"><n1:General_Info><Granule>'
        + "".join(f"<IMAGE_FILE>{name}</IMAGE_FILE>" for name in names)
        + f"</Granule>{value}{offsets if offset else ''}</n1:General_Info></n1:Level-{level[1:]}_User_Product>")
    table = SENSORS["Sentinel-2"].bands.only([order.index(band) for band in sizes])
    return Made(safe, np.array(truth), table.wavelength_nm, table.fwhm_nm)
