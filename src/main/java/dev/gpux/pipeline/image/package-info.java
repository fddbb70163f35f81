/**
 * Pictures as bytes: reading and writing files, resizing, cutting out, and the way into a model's tensor.
 *
 * <p>A {@link dev.gpux.pipeline.image.Picture} has 8 bits a channel and is read by
 * {@link dev.gpux.pipeline.image.PictureReader}, which looks at the file's header before it decodes anything: the size of
 * the picture decides whether it is decoded at all. {@link dev.gpux.pipeline.image.Resizer} resizes as Pillow does, with
 * antialiasing when shrinking; {@link dev.gpux.pipeline.image.Framing} says how large a picture becomes and what of it is
 * cut off or added, and its {@link dev.gpux.pipeline.image.Placement} leads from the tensor's pixels back to the
 * picture's; {@link dev.gpux.pipeline.image.PixelFormat} writes the pixels into native memory.
 *
 * <p>Coordinates are those of the pixels' edges: a picture of width w reaches from 0 to w, the centre of its first pixel is
 * at 0.5. Only reading files and drawing need the JDK's module {@code java.desktop}, and only when they happen.
 *
 * <p>Errors: {@link dev.gpux.pipeline.image.PictureException}. Everything here is immutable or has no state, so any thread
 * may use it.
 */
package dev.gpux.pipeline.image;
