/* What a page needs before Voilà's own script is there. */
(() => {
  // Voilà calls this every ten seconds while a cell runs.
  window.voila_heartbeat = () => {
    const wait = document.querySelector("main > .wait");
    if (wait) wait.textContent = "Nog even geduld, het duurt langer dan anders";
  };

  // Leaving the page stops its kernel, also when Voilà's script never came to its own farewell.
  addEventListener("pagehide", () => {
    const config = document.getElementById("jupyter-config-data");
    if (!config) return;
    const { baseUrl, kernelId } = JSON.parse(config.textContent);
    navigator.sendBeacon(`${baseUrl}voila/api/shutdown/${kernelId}`);
  });
})();
