package dev.together.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;

/**
 * Makes a fragment of whatever comes of a client's frame, before it is decoded, since the decoder collects a frame whole: so
 * what is too large can be read away as it comes, and all that waits for a client waits in {@link WholeFrames}, where it
 * counts.
 *
 * <p>
 * The bytes stay as they are: each fragment has the mask of its frame, turned to where it begins.
 */
class FrameSplitter extends ChannelInboundHandlerAdapter {

    static final String NAME = "together-frame-splitter";
    static final int FRAGMENT = 16_384;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int CONTROL = 0x08;
    private static final int EIGHT_BYTES = 127;
    private static final int TWO_BYTES = 126;
    private static final int MOST_OF_TWO_BYTES = 0xffff;
    private static final int LONGEST_HEADER = 14;
    private static final int MASK = 4;

    private final byte[] header = new byte[LONGEST_HEADER];
    private int headerBytes;
    private boolean isWebsocket;
    private boolean isSplitting;
    private long left;
    private long passed;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!(message instanceof ByteBuf bytes) || !isWebsocket(context)) {
            super.channelRead(context, message);
            return;
        }
        try {
            while (bytes.isReadable()) {
                read(context, bytes);
            }
        } finally {
            bytes.release();
        }
    }

    /** Until the upgrade, and for ever where there is none, this is HTTP. */
    private boolean isWebsocket(ChannelHandlerContext context) {
        isWebsocket = isWebsocket || context.pipeline().context(WebSocket08FrameDecoder.class) != null;
        return isWebsocket;
    }

    private void read(ChannelHandlerContext context, ByteBuf bytes) {
        if (left == 0) {
            header[headerBytes++] = bytes.readByte();
            if (headerBytes >= 2 && headerBytes == headerLength()) {
                begin(context);
            }
            return;
        }
        int length = (int) Math.min(Math.min(bytes.readableBytes(), FRAGMENT), left);
        if (isSplitting) {
            writeFragment(context, length);
            context.fireChannelRead(bytes.readRetainedSlice(length));
        } else {
            // A part of what was read would keep all of it.
            context.fireChannelRead(context.alloc().buffer(length).writeBytes(bytes, length));
        }
        left -= length;
        passed += length;
        if (left == 0) {
            headerBytes = 0;
        }
    }

    private void begin(ChannelHandlerContext context) {
        left = length();
        passed = 0;
        isSplitting = left > 0 && isMasked() && (header[0] & CONTROL) == 0 && isShortest();
        if (!isSplitting) {
            context.fireChannelRead(context.alloc().buffer(headerBytes).writeBytes(header, 0, headerBytes));
        }
        if (left <= 0) {
            // Nothing, or a length that is none, which the decoder refuses.
            left = 0;
            headerBytes = 0;
        }
    }

    /** The head of the next fragment; the last one ends the message where the frame does. */
    private void writeFragment(ChannelHandlerContext context, int length) {
        int opcode = passed == 0 ? header[0] : header[0] & FIN;
        int first = length == left ? opcode : opcode & ~FIN;
        var head = context.alloc().buffer(LONGEST_HEADER).writeByte(first);
        if (length < TWO_BYTES) {
            head.writeByte(MASKED | length);
        } else {
            head.writeByte(MASKED | TWO_BYTES).writeShort(length);
        }
        for (int at = 0; at < MASK; at++) {
            head.writeByte(header[headerBytes - MASK + (int) ((passed + at) % MASK)]);
        }
        context.fireChannelRead(head);
    }

    /** What says its length in a longer way than it must is refused by the decoder. */
    private boolean isShortest() {
        int length = header[1] & ~MASKED & 0xff;
        return length < TWO_BYTES || left > MOST_OF_TWO_BYTES || length == TWO_BYTES && left >= TWO_BYTES;
    }

    private boolean isMasked() {
        return (header[1] & MASKED) != 0;
    }

    private int headerLength() {
        int length = header[1] & ~MASKED & 0xff;
        int extended = length == EIGHT_BYTES ? Long.BYTES : length == TWO_BYTES ? Short.BYTES : 0;
        return 2 + extended + (isMasked() ? MASK : 0);
    }

    private long length() {
        int length = header[1] & ~MASKED & 0xff;
        if (length < TWO_BYTES) {
            return length;
        }
        long extended = 0;
        for (int at = 2; at < 2 + (length == EIGHT_BYTES ? Long.BYTES : Short.BYTES); at++) {
            extended = (extended << Byte.SIZE) | (header[at] & 0xff);
        }
        return extended;
    }
}
