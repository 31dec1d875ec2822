/** What an event is: what a client receives, where it stands in its stream, and as it crosses between pods. */
@NullMarked
@CheckReturnValue
package dev.together.event;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
