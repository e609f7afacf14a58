/** Runs in the share page before its own scripts: tells when something is shown. */
window.benchViewer = {
  /** Unix milliseconds (fractional) at which the first frame was shown, or sound began. */
  whenShown() {
    return new Promise((resolve) => {
      const told = () => resolve(performance.timeOrigin + performance.now());
      const look = () => {
        const media = document.querySelector('video, audio');
        if (!media) requestAnimationFrame(look);
        else if (media.requestVideoFrameCallback) media.requestVideoFrameCallback(told);
        else if (media.currentTime > 0) told();
        else media.addEventListener('timeupdate', told, { once: true });
      };
      look();
    });
  },

  /** Milliseconds from the jump to the first frame, or sound, from the new place. */
  seekTo(fraction) {
    return new Promise((resolve) => {
      const media = document.querySelector('video, audio');
      const target = media.duration * fraction;
      const startMs = performance.now();
      const told = () => resolve(performance.now() - startMs);
      const onFrame = (_now, { mediaTime }) =>
        mediaTime >= target - 0.5 ? told() : media.requestVideoFrameCallback(onFrame);
      const onTime = () =>
        media.currentTime > target && !media.seeking
          ? told()
          : media.addEventListener('timeupdate', onTime, { once: true });
      if (media.requestVideoFrameCallback) media.requestVideoFrameCallback(onFrame);
      else media.addEventListener('timeupdate', onTime, { once: true });
      media.currentTime = target;
    });
  },
};
