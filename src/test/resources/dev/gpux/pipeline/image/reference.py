#!/usr/bin/env python3
"""Makes reference.txt and the pictures beside it: what Pillow and numpy make of them.

Debian 12: apt-get install python3-pil python3-numpy, then /usr/bin/python3 reference.py. The pictures are computed here,
so that nobody else's are needed. Each line: the picture, what was done, the size, and the bytes, zlib in base64.
"""
import base64
import struct
import zlib

import numpy
import PIL
from PIL import Image, ImageOps

FILTERS = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "area": Image.BOX,
           "lanczos": Image.LANCZOS}


def waves(width, height):
    """Smooth colours with hard edges on them."""
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float64)
    red = 127.5 + 127.5 * numpy.sin(x / 3.1 + y / 11.0)
    green = (x * 5 + y * 3) % 256
    blue = numpy.where((x // 7 + y // 5) % 2 == 0, 255, 12)
    return numpy.stack([red, green, blue], axis=2).astype(numpy.uint8)


def save(name, picture, **options):
    picture.save(name, **options)
    return Image.open(name)


def line(out, name, what, data):
    data = numpy.asarray(data)
    raw = data.astype(numpy.uint8).tobytes()
    packed = base64.b64encode(zlib.compress(raw, 9)).decode()
    out.write(f"{name} {what} {data.shape[1]}x{data.shape[0]} {packed}\n")


def oriented(number):
    """A JPEG's EXIF segment that says only how to turn the picture."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, number, 0, 0)
    return b"Exif\0\0" + tiff


def main():
    rgb = Image.fromarray(waves(61, 47))
    pictures = {
        "rgb.png": save("rgb.png", rgb),
        "gray.png": save("gray.png", rgb.convert("L")),
        "palette.png": save("palette.png", rgb.quantize(16)),
        "bilevel.png": save("bilevel.png", rgb.convert("1")),
        "rgb.bmp": save("rgb.bmp", rgb),
        "palette.gif": save("palette.gif", rgb.quantize(32)),
    }
    with open("reference.txt", "w") as out:
        out.write(f"# Pillow {PIL.__version__}, numpy {numpy.__version__}\n")
        for name, picture in pictures.items():
            line(out, name, "rgb", picture.convert("RGB"))
            line(out, name, "gray", picture.convert("RGB").convert("L"))
        for name, filter in FILTERS.items():
            for size in [(20, 13), (61, 20), (30, 47), (80, 60), (61, 47), (7, 90)]:
                line(out, "rgb.png", f"resize-{name}", rgb.resize(size, filter))
            line(out, "gray.png", f"resize-{name}", rgb.convert("L").resize((19, 33), filter))
        # 16 bits a channel, and transparency over white
        deep = numpy.arange(0, 65536, 65536 // (8 * 6), dtype=numpy.uint32)[: 8 * 6].reshape(6, 8).astype(numpy.uint16)
        Image.fromarray(deep).save("deep.png")
        line(out, "deep.png", "gray", deep >> 8)
        alpha = numpy.dstack([waves(16, 9), numpy.arange(144, dtype=numpy.uint8).reshape(9, 16)])
        Image.fromarray(alpha, "RGBA").save("alpha.png")
        a = alpha[..., 3:].astype(numpy.int64)
        line(out, "alpha.png", "rgb", (alpha[..., :3] * a + 255 * (255 - a) + 127) // 255)
        # Turned as the camera says; the pixels are large so that the JPEG codec does not blur them.
        marks = Image.fromarray(numpy.kron(waves(5, 3), numpy.ones((16, 16, 1), numpy.uint8)))
        for number in range(1, 9):
            name = f"turned-{number}.jpg"
            marks.save(name, quality=95, subsampling=0, exif=oriented(number))
            line(out, name, "rgb", ImageOps.exif_transpose(Image.open(name)).convert("RGB"))
        rgb.resize((160, 120), Image.BICUBIC).save("photo.jpg", quality=85)
        line(out, "photo.jpg", "rgb", Image.open("photo.jpg").convert("RGB"))
        # A photograph's usual way into a classifier: the shorter side to 40, the middle 32, then numbers.
        photo = Image.open("photo.jpg").convert("RGB").resize((53, 40), Image.BILINEAR)
        left, top = round((53 - 32) / 2), round((40 - 32) / 2)
        line(out, "photo.jpg", "cover-40", photo.crop((left, top, left + 32, top + 32)))


main()
