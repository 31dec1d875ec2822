package dev.together.realtime;

import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import dev.together.Settings;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;

/**
 * How many websockets of this process each address has: each IPv4 address, and each /64 of IPv6, which one client has whole.
 */
@Singleton
class AddressLimit {

    private static final AttributeKey<Boolean> IS_COUNTED = AttributeKey.valueOf("dev.together.counted");
    private static final int IPV6_BYTES = 16;
    private static final int NETWORK_BYTES = 8;

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final int most;

    AddressLimit(Settings settings) {
        this.most = settings.realtime().connectionsPerAddress();
    }

    /** Counts a connection until it ends; says whether its address may have it. */
    boolean admits(@Nullable SocketAddress remote, Channel channel) {
        if (channel.hasAttr(IS_COUNTED)) {
            return true;
        }
        var address = network(remote);
        if (counts.merge(address, 1, Integer::sum) > most) {
            leave(address);
            return false;
        }
        channel.attr(IS_COUNTED).set(true);
        channel.closeFuture().addListener(closed -> leave(address));
        return true;
    }

    private void leave(String address) {
        counts.computeIfPresent(address, (any, count) -> count > 1 ? count - 1 : null);
    }

    static String network(@Nullable SocketAddress remote) {
        var host = remote == null ? null : remote.host();
        if (host == null) {
            return "";
        }
        var bytes = NetUtil.createByteArrayFromIpAddressString(host);
        return bytes == null || bytes.length < IPV6_BYTES ? host : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES);
    }
}
