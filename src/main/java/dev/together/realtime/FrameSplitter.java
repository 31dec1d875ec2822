package dev.together.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;

/**
 * Makes fragments of a client's large frames before they are decoded, since the decoder collects a frame whole: so what is too
 * large can be read away as it comes.
 *
 * <p>
 * A fragment's length is a multiple of the mask's, so its bytes stay as they are and each has the mask of its frame.
 */
class FrameSplitter extends ChannelInboundHandlerAdapter {

    static final String NAME = "together-frame-splitter";
    static final int FRAGMENT = 65_536;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int CONTROL = 0x08;
    private static final int EIGHT_BYTES = 127;
    private static final int TWO_BYTES = 126;
    private static final int LONGEST_HEADER = 14;
    private static final int MASK = 4;

    private final byte[] header = new byte[LONGEST_HEADER];
    private int headerBytes;
    private boolean isWebsocket;
    private long left;
    private long leftOfFragment;

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
        int length = (int) Math.min(bytes.readableBytes(), leftOfFragment);
        context.fireChannelRead(bytes.readRetainedSlice(length));
        left -= length;
        leftOfFragment -= length;
        if (left > 0 && leftOfFragment == 0) {
            header[0] = (byte) (header[0] & FIN);
            writeFragment(context);
        } else if (left == 0) {
            headerBytes = 0;
        }
    }

    private void begin(ChannelHandlerContext context) {
        left = length();
        boolean isSplitting = left > FRAGMENT && isMasked() && (header[0] & CONTROL) == 0;
        leftOfFragment = left;
        if (isSplitting) {
            writeFragment(context);
            return;
        }
        context.fireChannelRead(context.alloc().buffer(headerBytes).writeBytes(header, 0, headerBytes));
        if (left <= 0) {
            // Nothing, or a length that is none, which the decoder refuses.
            left = 0;
            headerBytes = 0;
        }
    }

    /** The head of the next fragment; the last one ends the message where the frame does. */
    private void writeFragment(ChannelHandlerContext context) {
        leftOfFragment = Math.min(left, FRAGMENT);
        boolean isLast = leftOfFragment == left;
        int first = isLast ? header[0] : header[0] & ~FIN;
        var head = context.alloc().buffer(LONGEST_HEADER).writeByte(first);
        writeLength(head, (int) leftOfFragment);
        context.fireChannelRead(head.writeBytes(header, headerBytes - MASK, MASK));
    }

    /** The decoder takes a length in the shortest way only. */
    private static void writeLength(ByteBuf head, int length) {
        if (length < TWO_BYTES) {
            head.writeByte(MASKED | length);
        } else if (length < FRAGMENT) {
            head.writeByte(MASKED | TWO_BYTES).writeShort(length);
        } else {
            head.writeByte(MASKED | EIGHT_BYTES).writeLong(length);
        }
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
