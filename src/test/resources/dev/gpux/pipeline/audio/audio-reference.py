#!/usr/bin/env python3
"""Makes audio-reference.txt: what NumPy and SciPy say of sounds. Debian: apt-get install python3-numpy python3-scipy

    ./audio-reference.py >audio-reference.txt

A line is a name, a colon and numbers, or a file in Base64. Everything is worked out from definitions, in float64, and
not in the way in which the Java code does it: whole matrices, numpy.fft, numpy.i0 and numpy.sinc.
"""
import base64
import io
import wave

import numpy as np
import scipy.io.wavfile


def line(name, values):
    print(name + ":", " ".join("%.17g" % v for v in np.asarray(values, dtype=np.float64).ravel()))


def sound(n, rate):
    """A chirp with a hum; the test makes the same."""
    t = np.arange(n) / rate
    return 0.5 * np.sin(2 * np.pi * (200 * t + 1500 * t * t)) + 0.25 * np.cos(2 * np.pi * 50 * t)


def f32(x):
    return x.astype(np.float32).astype(np.float64)


def resample(x, source, target):
    cutoff = 0.95 * min(1.0, target / source)
    count = -(-len(x) * target // source)
    result = []
    for n in range(count):
        t = n * source / target
        reach = int(np.ceil(24 / cutoff))
        k = np.arange(int(np.floor(t)) - reach, int(np.floor(t)) + reach + 1)
        d = t - k
        z = d * cutoff / 24
        w = np.sinc(cutoff * d) * np.where(np.abs(z) <= 1, np.i0(10 * np.sqrt(np.maximum(0, 1 - z * z))) / np.i0(10), 0)
        w /= w.sum()
        inside = (k >= 0) & (k < len(x))
        result.append(np.dot(w[inside], x[k[inside]]))
    return np.array(result)


def mel(f, scale):
    if scale == "htk":
        return 2595 * np.log10(1 + f / 700)
    return np.where(f < 1000, 3 * f / 200, 15 + 27 * np.log(np.maximum(f, 1e-9) / 1000) / np.log(6.4))


def hertz(m, scale):
    if scale == "htk":
        return 700 * (10 ** (m / 2595) - 1)
    return np.where(m < 15, 200 * m / 3, 1000 * np.exp((m - 15) * np.log(6.4) / 27))


def filters(n, nfft, rate, fmin, fmax, scale, norm):
    f = np.fft.rfftfreq(nfft, 1 / rate)
    e = hertz(np.linspace(mel(np.float64(fmin), scale), mel(np.float64(fmax), scale), n + 2), scale)
    up = (f[None, :] - e[:-2, None]) / (e[1:-1] - e[:-2])[:, None]
    down = (e[2:, None] - f[None, :]) / (e[2:] - e[1:-1])[:, None]
    bank = np.maximum(0, np.minimum(up, down))
    return bank * (2 / (e[2:] - e[:-2]))[:, None] if norm == "slaney" else bank


def spectrogram(x, bank, nfft, hop, window, power, center):
    if center:
        x = np.pad(x, nfft // 2, mode="reflect")
    w = np.zeros(nfft)
    start = (nfft - len(window)) // 2
    w[start:start + len(window)] = window
    frames = np.stack([x[i:i + nfft] * w for i in range(0, len(x) - nfft + 1, hop)])
    return (np.abs(np.fft.rfft(frames, axis=1)) ** power) @ bank.T


def periodic(name, n):
    t = 2 * np.pi * np.arange(n) / n
    return {"hann": 0.5 - 0.5 * np.cos(t), "hamming": 0.54 - 0.46 * np.cos(t)}[name]


for source, target in ((44100, 16000), (8000, 16000), (16000, 22050), (48000, 44100)):
    line("resample %d %d" % (source, target), resample(f32(sound(300, source)), source, target))

x = f32(sound(2000, 16000))
whisper = spectrogram(x, filters(80, 400, 16000, 0, 8000, "slaney", "slaney"), 400, 160, periodic("hann", 400), 2, True)[:-1]
whisper = np.log10(np.maximum(whisper, 1e-10))
whisper = (np.maximum(whisper, whisper.max() - 8) + 4) / 4
line("whisper", whisper[[0, 5, 11]])
ln = spectrogram(x, filters(40, 512, 16000, 20, 7600, "htk", "none"), 512, 200, periodic("hamming", 400), 1, False)
line("ln", np.log(np.maximum(ln, 1e-6)))
db = spectrogram(x, filters(10, 333, 16000, 0, 8000, "slaney", "none"), 333, 500, periodic("hann", 333), 2, True)
line("db", 10 * np.log10(np.maximum(db, 1e-10)))

stereo = np.stack([f32(sound(7, 8000)), f32(-0.5 * sound(7, 8000))], axis=1)
line("stereo", stereo)
for bits in (8, 16, 24, 32):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(bits // 8)
        file.setframerate(8000)
        whole = np.round(stereo * 2 ** (bits - 1)).astype(np.int64) + (128 if bits == 8 else 0)
        file.writeframes(b"".join(int(v).to_bytes(bits // 8, "little", signed=bits != 8) for v in whole.ravel()))
    print("wav pcm%d:" % bits, base64.b64encode(out.getvalue()).decode())
for dtype in (np.int16, np.int32, np.float32, np.float64):
    out = io.BytesIO()
    scipy.io.wavfile.write(out, 8000, np.round(stereo * np.iinfo(dtype).max).astype(dtype)
                           if np.issubdtype(dtype, np.integer) else stereo.astype(dtype))
    print("wav %s:" % np.dtype(dtype).name, base64.b64encode(out.getvalue()).decode())
